import Addressing

/// What the kernel tells the real servers of one virtual server apart by.
public struct RealServerID: Hashable, Sendable {
  // Without padding, like `RealServer`.
  public let address: IPAddress
  private let filler: UInt8 = 0
  /// 1...65535.
  public let port: UInt16

  public init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }
}

extension RealServerID {
  public func hash(into hasher: inout Hasher) {
    hasher.combine(address)
    hasher.combine(port)
  }

  public func _rawHashValue(seed: Int) -> Int {
    KeyHash.of(address.low, UInt64(port) << 32 ^ address.high, seed: seed)
  }
}

extension RealServerID: Comparable {
  public static func < (left: Self, right: Self) -> Bool {
    (left.address, left.port) < (right.address, right.port)
  }
}

extension RealServerID: CustomStringConvertible {
  public var description: String { hostPort(address, port) }
}

/// How packets reach a real server: IP_VS_CONN_F_MASQ and its kin of linux/ip_vs.h.
public enum ForwardingMethod: UInt32, Hashable, Sendable {
  case masquerade = 0
  case local = 1
  case tunnel = 2
  case directRouting = 3
  case bypass = 4
}

/// One target of a virtual server (the kernel calls it a destination).
public struct RealServer: Hashable, Sendable, Identifiable {
  // In this order without padding. That is more than thrift: in the payload of an enum, as in `Operation`, Swift
  // 6.3.1 when optimising lets what is undefined in padding run over into the field behind it, on x86-64.
  private let address: IPAddress
  public var forwarding: ForwardingMethod
  private let port: UInt16
  /// 0...2147483647. 0 keeps existing connections and gets no new ones.
  public var weight: UInt32

  public init(_ id: RealServerID, weight: UInt32 = 1, forwarding: ForwardingMethod = .masquerade) {
    address = id.address
    port = id.port
    self.weight = weight
    self.forwarding = forwarding
  }

  public var id: RealServerID { RealServerID(address, port: port) }
}

/// What a real server still carries, as the kernel counts it.
public struct ConnectionCounts: Hashable, Sendable {
  public var active: UInt32
  public var inactive: UInt32

  public init(active: UInt32 = 0, inactive: UInt32 = 0) {
    self.active = active
    self.inactive = inactive
  }

  public var isIdle: Bool { active == 0 && inactive == 0 }
}
