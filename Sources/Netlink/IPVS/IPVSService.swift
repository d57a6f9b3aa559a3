import Addressing
import CNetlink
import Glibc

/// What the kernel tells its services apart by: address, protocol and port, or a firewall mark.
public enum IPVSServiceKey: Hashable, Sendable {
  /// `transport` is the IANA number: the kernel may hold services of protocols that this program doesn't know.
  case address(IPAddress, transport: UInt8, port: UInt16)
  case firewallMark(UInt32, IPFamily)

  public var family: IPFamily {
    switch self {
    case .address(let address, _, _): address.family
    case .firewallMark(_, let family): family
    }
  }
}

/// IPVS_CMD_ATTR_SERVICE: a service with its settings, as on the wire.
public struct IPVSService: Hashable, Sendable {
  public var key: IPVSServiceKey
  public var scheduler: String
  /// IP_VS_SVC_F_*, raw. The kernel adds flags of its own, IP_VS_SVC_F_HASHED for one.
  public var flags: UInt32
  /// Persistence timeout in seconds.
  public var timeout: UInt32
  /// Persistence granularity: a mask in network order for IPv4, a prefix length for IPv6.
  public var netmask: UInt32

  /// Without a netmask, clients are told apart by their whole address.
  public init(
    _ key: IPVSServiceKey, scheduler: String, flags: UInt32 = 0, timeout: UInt32 = 0, netmask: UInt32? = nil
  ) {
    self.key = key
    self.scheduler = scheduler
    self.flags = flags
    self.timeout = timeout
    self.netmask = netmask ?? (key.family == .ipv4 ? .max : 128)
  }
}

extension IPVSServiceKey {
  func encode(into builder: inout MessageBuilder) {
    builder.put(IPVS_SVC_ATTR_AF, u16: family.addressFamily)
    switch self {
    case .address(let address, let transport, let port):
      builder.put(IPVS_SVC_ATTR_PROTOCOL, u16: UInt16(transport))
      builder.put(IPVS_SVC_ATTR_ADDR, address: address, width: 16)
      builder.put(IPVS_SVC_ATTR_PORT, bigEndian: port)
    case .firewallMark(let mark, _):
      builder.put(IPVS_SVC_ATTR_FWMARK, u32: mark)
    }
  }
}

extension IPVSService {
  /// Attributes in ipvsadm's order.
  func encode(into builder: inout MessageBuilder) {
    key.encode(into: &builder)
    builder.put(IPVS_SVC_ATTR_SCHED_NAME, string: scheduler)
    // struct ip_vs_flags: the flags, and a mask of those that are meant.
    builder.put(IPVS_SVC_ATTR_FLAGS, words: flags, .max)
    builder.put(IPVS_SVC_ATTR_TIMEOUT, u32: timeout)
    builder.put(IPVS_SVC_ATTR_NETMASK, u32: netmask)
  }

  /// From inside IPVS_CMD_ATTR_SERVICE. Settings that are missing (a request that only names its service) are 0.
  init(_ attributes: AttributeReader) throws(NetlinkError) {
    var attributes = attributes
    var family: IPFamily?
    var transport: UInt8 = 0
    var port: UInt16 = 0
    var mark: UInt32 = 0
    var address: Attribute?
    var (scheduler, flags, timeout, netmask) = ("", UInt32(0), UInt32(0), UInt32(0))
    while let attribute = try attributes.next() {
      switch attribute.type {
      case IPVS_SVC_ATTR_AF: family = try IPFamily(addressFamily: attribute.u16())
      case IPVS_SVC_ATTR_PROTOCOL: transport = UInt8(truncatingIfNeeded: try attribute.u16())
      case IPVS_SVC_ATTR_ADDR: address = attribute
      case IPVS_SVC_ATTR_PORT: port = try attribute.bigEndian16()
      case IPVS_SVC_ATTR_FWMARK: mark = try attribute.u32()
      case IPVS_SVC_ATTR_SCHED_NAME: scheduler = attribute.string()
      case IPVS_SVC_ATTR_FLAGS: flags = try attribute.u32()
      case IPVS_SVC_ATTR_TIMEOUT: timeout = try attribute.u32()
      case IPVS_SVC_ATTR_NETMASK: netmask = try attribute.u32()
      default: break
      }
    }
    guard let family else { throw .malformed("IPVS service without address family") }
    if mark != 0 {
      key = .firewallMark(mark, family)
    } else if let address {
      key = .address(try address.address(family), transport: transport, port: port)
    } else {
      throw .malformed("IPVS service without address and firewall mark")
    }
    (self.scheduler, self.flags, self.timeout, self.netmask) = (scheduler, flags, timeout, netmask)
  }
}

extension IPVSService {
  /// Clients stick to their destination for `timeout` seconds.
  public static let persistent = UInt32(IP_VS_SVC_F_PERSISTENT)
}
