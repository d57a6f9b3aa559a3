import Addressing
import CNetlink

/// An address on a network interface, as rtnetlink tells it (RTM_NEWADDR, linux/if_addr.h).
public struct InterfaceAddress: Hashable, Sendable {
  /// How long an IPv6 address is used as a source for new connections, and how long it stays; seconds, `.max` for
  /// ever. 0 preferred means deprecated: never chosen as a source.
  public struct Lifetimes: Hashable, Sendable {
    public var preferred: UInt32
    public var valid: UInt32

    public init(preferred: UInt32, valid: UInt32) {
      self.preferred = preferred
      self.valid = valid
    }
  }

  public var interfaceIndex: UInt32
  public var address: IPAddress
  /// 0...32 or 0...128.
  public var prefixLength: UInt8
  /// IFA_F_*.
  public var flags: UInt32
  /// RT_SCOPE_*: 0 universe ("global"), 253 link, 254 host.
  public var scope: UInt8
  public var lifetimes: Lifetimes?

  public init(
    interfaceIndex: UInt32, address: IPAddress, prefixLength: UInt8, flags: UInt32 = 0, scope: UInt8 = 0,
    lifetimes: Lifetimes? = nil
  ) {
    self.interfaceIndex = interfaceIndex
    self.address = address
    self.prefixLength = prefixLength
    self.flags = flags
    self.scope = scope
    self.lifetimes = lifetimes
  }

  /// A virtual IP: a single host. For IPv6 without duplicate address detection (the address is on every node), without
  /// a route of its own, and never chosen as a source (preferred lifetime 0).
  public static func virtualIP(_ address: IPAddress, on interfaceIndex: UInt32) -> InterfaceAddress {
    InterfaceAddress(
      interfaceIndex: interfaceIndex, address: address, prefixLength: UInt8(address.family.addressBits),
      flags: address.family == .ipv4 ? 0 : UInt32(IFA_F_NODAD) | UInt32(IFA_F_NOPREFIXROUTE),
      lifetimes: address.family == .ipv4 ? nil : Lifetimes(preferred: 0, valid: .max))
  }

  static var headerLength: Int { MemoryLayout<ifaddrmsg>.size }

  /// Whether the address can't be relied on: duplicate address detection hasn't ended or has found another holder, or
  /// it is one of IPv6's temporary ones. (For IPv4 the bit of temporary ones means "secondary", which says nothing.)
  public var isUnusable: Bool {
    guard address.family == .ipv6 else { return false }
    return flags & UInt32(IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_TEMPORARY) != 0
  }
}

extension InterfaceAddress {
  /// struct ifaddrmsg and the attributes, in the order of ip(8).
  func encode(into builder: inout MessageBuilder) {
    builder.put(UInt8(truncatingIfNeeded: address.family.addressFamily))
    builder.put(prefixLength)
    // Flags that don't fit the byte go into an attribute of their own, which then counts alone.
    builder.put(UInt8(exactly: flags) ?? 0)
    builder.put(scope)
    builder.put(interfaceIndex)
    builder.put(IFA_LOCAL, address: address)
    if flags > UInt32(UInt8.max) { builder.put(IFA_FLAGS, u32: flags) }
    builder.put(IFA_ADDRESS, address: address)
    if let lifetimes {
      // struct ifa_cacheinfo; the kernel sets both time stamps itself.
      builder.put(IFA_CACHEINFO, words: [lifetimes.preferred, lifetimes.valid, 0, 0])
    }
  }

  /// Nil for an address family other than IPv4 and IPv6.
  init?(_ message: Message) throws(NetlinkError) {
    guard let family = try? IPFamily(addressFamily: UInt16(message.byte(at: 0))) else { return nil }
    let prefixLength = try message.byte(at: 1)
    var flags = UInt32(try message.byte(at: 2))
    let scope = try message.byte(at: 3)
    let index: UInt32 = try message.integer(at: 4)
    var (local, address) = (IPAddress?.none, IPAddress?.none)
    var lifetimes: Lifetimes?
    var attributes = try message.attributes(after: Self.headerLength)
    while let attribute = try attributes.next() {
      switch attribute.type {
      case IFA_LOCAL: local = try attribute.address(family)
      case IFA_ADDRESS: address = try attribute.address(family)
      case IFA_FLAGS: flags = try attribute.u32()
      case IFA_CACHEINFO where attribute.count >= 8:
        let (preferred, valid) = try attribute.words()
        lifetimes = Lifetimes(preferred: preferred, valid: valid)
      default: break
      }
    }
    // With a peer, IFA_ADDRESS is the peer's and IFA_LOCAL the interface's own (linux/if_addr.h).
    guard let own = local ?? address else { throw .malformed("interface address without address") }
    self.init(
      interfaceIndex: index, address: own, prefixLength: prefixLength, flags: flags, scope: scope,
      lifetimes: lifetimes)
  }
}
