import Addressing
import CNetlink

/// One element of an ipset, as on the wire. `transport` is the IANA protocol number.
public enum SetElement: Hashable, Sendable {
  /// hash:ip
  case address(IPAddress)
  /// hash:ip,port
  case addressPort(IPAddress, transport: UInt8, port: UInt16)
  /// hash:ip,port,ip
  case addressPortAddress(IPAddress, transport: UInt8, port: UInt16, IPAddress)
  /// hash:ip,port,net. The kernel refuses a prefix length of 0 (IPSET_ERR_INVALID_CIDR): write two halves instead.
  case addressPortNetwork(IPAddress, transport: UInt8, port: UInt16, IPNetwork)
  /// bitmap:port
  case port(UInt16)
}

extension SetElement {
  /// Attributes in the order of ipset(8).
  func encode(into builder: inout MessageBuilder) {
    switch self {
    case .address(let address): builder.put(IPSET_ATTR_IP, setAddress: address)
    case .addressPort(let address, let transport, let port):
      Self.encode(address, transport, port, into: &builder)
    case .addressPortAddress(let address, let transport, let port, let other):
      Self.encode(address, transport, port, into: &builder)
      builder.put(IPSET_ATTR_IP2, setAddress: other)
    case .addressPortNetwork(let address, let transport, let port, let network):
      Self.encode(address, transport, port, into: &builder)
      builder.put(IPSET_ATTR_IP2, setAddress: network.address)
      builder.put(IPSET_ATTR_CIDR2, u8: UInt8(network.prefixLength))
    case .port(let port): builder.put(IPSET_ATTR_PORT, netOrder: port)
    }
  }

  private static func encode(
    _ address: IPAddress, _ transport: UInt8, _ port: UInt16, into builder: inout MessageBuilder
  ) {
    builder.put(IPSET_ATTR_IP, setAddress: address)
    builder.put(IPSET_ATTR_PORT, netOrder: port)
    builder.put(IPSET_ATTR_PROTO, u8: transport)
  }

  /// From inside IPSET_ATTR_DATA; which attributes are there tells the kind.
  init(_ attributes: AttributeReader) throws(NetlinkError) {
    var attributes = attributes
    var (address, other) = (IPAddress?.none, IPAddress?.none)
    var (port, transport, prefix) = (UInt16?.none, UInt8(0), Int?.none)
    while let attribute = try attributes.next() {
      switch attribute.type {
      case IPSET_ATTR_IP: address = try attribute.setAddress()
      case IPSET_ATTR_IP2: other = try attribute.setAddress()
      case IPSET_ATTR_PORT: port = try attribute.bigEndian16()
      case IPSET_ATTR_PROTO: transport = try attribute.u8()
      case IPSET_ATTR_CIDR2: prefix = Int(try attribute.u8())
      default: break
      }
    }
    switch (address, port, other) {
    case (let address?, nil, nil): self = .address(address)
    case (let address?, let port?, nil): self = .addressPort(address, transport: transport, port: port)
    case (let address?, let port?, let other?):
      if let prefix {
        guard let network = IPNetwork(other, prefixLength: prefix) else {
          throw .malformed("set element with prefix length \(prefix)")
        }
        self = .addressPortNetwork(address, transport: transport, port: port, network)
      } else {
        self = .addressPortAddress(address, transport: transport, port: port, other)
      }
    case (nil, let port?, nil): self = .port(port)
    default: throw .malformed("set element of unknown shape")
    }
  }
}

extension MessageBuilder {
  /// An address inside IPSET_ATTR_IP or IPSET_ATTR_IP2, marked as network order as ipset demands.
  fileprivate mutating func put(_ type: Int, setAddress address: IPAddress) {
    let mark = beginNested(type)
    let inner = address.family == .ipv4 ? IPSET_ATTR_IPADDR_IPV4 : IPSET_ATTR_IPADDR_IPV6
    put(inner | Int(NLA_F_NET_BYTEORDER), address: address)
    endNested(mark)
  }

  mutating func put(_ type: Int, netOrder value: UInt16) {
    put(type | Int(NLA_F_NET_BYTEORDER), bigEndian: value)
  }

  mutating func put(_ type: Int, netOrder value: UInt32) {
    put(type | Int(NLA_F_NET_BYTEORDER), bigEndian: value)
  }
}

extension Attribute {
  fileprivate func setAddress() throws(NetlinkError) -> IPAddress {
    var inner = nested()
    while let attribute = try inner.next() {
      if attribute.type == IPSET_ATTR_IPADDR_IPV4 { return try attribute.address(.ipv4) }
      if attribute.type == IPSET_ATTR_IPADDR_IPV6 { return try attribute.address(.ipv6) }
    }
    throw .malformed("set element without address")
  }
}
