import Addressing

/// What the kernel tells virtual servers apart by: address, port and protocol.
public struct VirtualServerID: Hashable, Sendable {
  // In this order without padding.
  public let address: IPAddress
  public let transport: TransportProtocol
  /// 1...65535.
  public let port: UInt16

  public init(_ address: IPAddress, port: UInt16, transport: TransportProtocol) {
    self.address = address
    self.port = port
    self.transport = transport
  }

  public var family: IPFamily { address.family }
}

extension VirtualServerID {
  private var portAndTransport: UInt64 { UInt64(port) << 8 | UInt64(transport.rawValue) }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(address)
    hasher.combine(portAndTransport)
  }

  public func _rawHashValue(seed: Int) -> Int {
    KeyHash.of(address.low, portAndTransport << 32 ^ address.high, seed: seed)
  }
}

extension VirtualServerID {
  /// In the order of the IDs; nil for IPv6, which comes behind and doesn't fit.
  fileprivate var number: UInt64? { family == .ipv4 ? address.low << 24 | portAndTransport : nil }
}

extension VirtualServerID: Comparable {
  public static func < (left: Self, right: Self) -> Bool {
    if left.address != right.address { return left.address < right.address }
    return (left.port, left.transport) < (right.port, right.transport)
  }
}

extension [VirtualServerID] {
  /// The same in order. Those of IPv4, which are most, are compared as the numbers that they are.
  func inOrder() -> Self {
    var numbered: [(number: UInt64, index: Int)] = []
    numbered.reserveCapacity(count)
    var others: Self = []
    for index in indices {
      if let number = self[index].number {
        numbered.append((number, index))
      } else {
        others.append(self[index])
      }
    }
    numbered.sort { $0.number < $1.number }
    return numbered.map { self[$0.index] } + others.sorted()
  }
}

extension VirtualServerID: CustomStringConvertible {
  /// "10.96.0.1:443/tcp", "[fd00::1]:53/udp".
  public var description: String { "\(hostPort(address, port))/\(transport)" }
}

/// A virtual server (ipvsadm's word; the kernel calls it a service): one address, port and protocol, and how its
/// connections are spread.
public struct VirtualServer: Hashable, Sendable {
  public let id: VirtualServerID
  public var scheduler: Scheduler
  public var schedulerFlags: SchedulerFlags
  /// Seconds a client sticks to its real server after its last connection; nil when it doesn't stick.
  public var persistence: UInt32?

  public init(
    _ id: VirtualServerID, scheduler: Scheduler = .roundRobin, schedulerFlags: SchedulerFlags = [],
    persistence: UInt32? = nil
  ) {
    self.id = id
    self.scheduler = scheduler
    self.schedulerFlags = schedulerFlags
    self.persistence = persistence
  }
}

/// The name of a kernel scheduler: rr, wrr, lc, wlc, lblc, lblcr, sh, dh, sed, nq, mh, fo, ovf, twos or one to come.
///
/// Held in place, so that virtual servers and operations are copied without counting references. The kernel knows
/// names of at most 15 bytes (IP_VS_SCHEDNAME_MAXLEN of linux/ip_vs.h); of a longer one 16 are kept, which it refuses
/// as it would the whole.
public struct Scheduler: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
  /// UTF-8, the first byte lowest, with zeros behind the last.
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  public init(rawValue: String) {
    for (index, byte) in rawValue.utf8.prefix(16).enumerated() {
      if index < 8 { low |= UInt64(byte) << (index * 8) } else { high |= UInt64(byte) << ((index - 8) * 8) }
    }
  }

  public var rawValue: String {
    withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  public var description: String { rawValue }

  // By the name itself, RawRepresentable's way, would make strings.
  public static func == (left: Self, right: Self) -> Bool { left.low == right.low && left.high == right.high }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(low)
    hasher.combine(high)
  }

  public static let roundRobin = Scheduler(rawValue: "rr")
  public static let maglevHashing = Scheduler(rawValue: "mh")
}

/// IP_VS_SVC_F_SCHED1…3 and IP_VS_SVC_F_ONEPACKET of linux/ip_vs.h; what SCHED1…3 mean is the scheduler's affair.
public struct SchedulerFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let onePacket = SchedulerFlags(rawValue: 0x4)
  /// sh-fallback, mh-fallback.
  public static let scheduler1 = SchedulerFlags(rawValue: 0x8)
  /// sh-port, mh-port.
  public static let scheduler2 = SchedulerFlags(rawValue: 0x10)
  public static let scheduler3 = SchedulerFlags(rawValue: 0x20)

  /// Every flag this program sets or compares.
  public static let all: SchedulerFlags = [.onePacket, .scheduler1, .scheduler2, .scheduler3]
}

/// "10.0.0.1:80" or "[fd00::1]:80" (RFC 3986 brackets).
func hostPort(_ address: IPAddress, _ port: UInt16) -> String {
  address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
}
