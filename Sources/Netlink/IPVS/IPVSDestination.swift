import Addressing
import CNetlink

/// IPVS_CMD_ATTR_DEST: a destination of a service, as on the wire.
public struct IPVSDestination: Hashable, Sendable {
  public var address: IPAddress
  public var port: UInt16
  /// 0...2147483647.
  public var weight: UInt32
  /// IP_VS_CONN_F_MASQ, _LOCALNODE, _TUNNEL, _DROUTE or _BYPASS, raw: 0...4.
  public var forwardingMethod: UInt32
  /// Connections from which on the destination gets no more; 0 for no limit.
  public var upperThreshold: UInt32
  public var lowerThreshold: UInt32
  /// What the kernel counts; 0 in requests.
  public var activeConnections: UInt32 = 0
  public var inactiveConnections: UInt32 = 0
  public var persistentConnections: UInt32 = 0

  public init(
    _ address: IPAddress, port: UInt16, weight: UInt32 = 1, forwardingMethod: UInt32 = 0,
    upperThreshold: UInt32 = 0, lowerThreshold: UInt32 = 0
  ) {
    self.address = address
    self.port = port
    self.weight = weight
    self.forwardingMethod = forwardingMethod
    self.upperThreshold = upperThreshold
    self.lowerThreshold = lowerThreshold
  }
}

extension IPVSDestination {
  /// What names the destination within its service, in ipvsadm's order. Kernels before 3.18 don't know the family and
  /// ignore it.
  func encodeKey(into builder: inout MessageBuilder) {
    builder.put(IPVS_DEST_ATTR_ADDR_FAMILY, u16: address.family.addressFamily)
    builder.put(IPVS_DEST_ATTR_ADDR, address: address, width: 16)
    builder.put(IPVS_DEST_ATTR_PORT, bigEndian: port)
  }

  func encode(into builder: inout MessageBuilder) {
    encodeKey(into: &builder)
    builder.put(IPVS_DEST_ATTR_FWD_METHOD, u32: forwardingMethod & UInt32(IP_VS_CONN_F_FWD_MASK))
    builder.put(IPVS_DEST_ATTR_WEIGHT, u32: weight)
    builder.put(IPVS_DEST_ATTR_U_THRESH, u32: upperThreshold)
    builder.put(IPVS_DEST_ATTR_L_THRESH, u32: lowerThreshold)
    if (activeConnections, inactiveConnections, persistentConnections) != (0, 0, 0) {
      builder.put(IPVS_DEST_ATTR_ACTIVE_CONNS, u32: activeConnections)
      builder.put(IPVS_DEST_ATTR_INACT_CONNS, u32: inactiveConnections)
      builder.put(IPVS_DEST_ATTR_PERSIST_CONNS, u32: persistentConnections)
    }
  }

  /// From an answer to a dump of destinations, which doesn't name the service.
  init(_ message: Message, serviceFamily: IPFamily) throws(NetlinkError) {
    var attributes = try message.attributes(after: CNL_GENL_HDRLEN)
    while let attribute = try attributes.next() {
      guard attribute.type == IPVS_CMD_ATTR_DEST else { continue }
      try self.init(attribute.nested(), serviceFamily: serviceFamily)
      return
    }
    throw .malformed("IPVS message without destination")
  }

  /// From inside IPVS_CMD_ATTR_DEST.
  /// - Parameters:
  ///   - attributes: what is inside.
  ///   - serviceFamily: the family where the kernel (before 3.18) doesn't say.
  /// - Throws: `malformed`.
  init(_ attributes: AttributeReader, serviceFamily: IPFamily) throws(NetlinkError) {
    var attributes = attributes
    var family = serviceFamily
    var address: Attribute?
    self.init(IPAddress(ipv4: 0), port: 0, weight: 0)
    while let attribute = try attributes.next() {
      switch attribute.type {
      case IPVS_DEST_ATTR_ADDR_FAMILY: family = try IPFamily(addressFamily: attribute.u16())
      case IPVS_DEST_ATTR_ADDR: address = attribute
      case IPVS_DEST_ATTR_PORT: port = try attribute.bigEndian16()
      case IPVS_DEST_ATTR_FWD_METHOD: forwardingMethod = try attribute.u32() & UInt32(IP_VS_CONN_F_FWD_MASK)
      case IPVS_DEST_ATTR_WEIGHT: weight = try attribute.u32()
      case IPVS_DEST_ATTR_U_THRESH: upperThreshold = try attribute.u32()
      case IPVS_DEST_ATTR_L_THRESH: lowerThreshold = try attribute.u32()
      case IPVS_DEST_ATTR_ACTIVE_CONNS: activeConnections = try attribute.u32()
      case IPVS_DEST_ATTR_INACT_CONNS: inactiveConnections = try attribute.u32()
      case IPVS_DEST_ATTR_PERSIST_CONNS: persistentConnections = try attribute.u32()
      default: break
      }
    }
    guard let address else { throw .malformed("IPVS destination without address") }
    self.address = try address.address(family)
  }
}
