import CNetlink

/// IPVS_SVC_ATTR_STATS64 and IPVS_DEST_ATTR_STATS64: what a service, or one destination of it, has carried since it was
/// made. The rates beside the counts are left out.
public struct IPVSTraffic: Hashable, Sendable {
  public var connections: UInt64 = 0
  public var incomingPackets: UInt64 = 0
  public var outgoingPackets: UInt64 = 0
  public var incomingBytes: UInt64 = 0
  public var outgoingBytes: UInt64 = 0

  public init() {}

  /// - Parameter attributes: those inside the attribute.
  /// - Throws: `malformed`.
  init(_ attributes: AttributeReader) throws(NetlinkError) {
    var attributes = attributes
    while let attribute = try attributes.next() {
      switch attribute.type {
      case IPVS_STATS_ATTR_CONNS: connections = try attribute.u64()
      case IPVS_STATS_ATTR_INPKTS: incomingPackets = try attribute.u64()
      case IPVS_STATS_ATTR_OUTPKTS: outgoingPackets = try attribute.u64()
      case IPVS_STATS_ATTR_INBYTES: incomingBytes = try attribute.u64()
      case IPVS_STATS_ATTR_OUTBYTES: outgoingBytes = try attribute.u64()
      default: break
      }
    }
  }

  /// - Parameters:
  ///   - object: IPVS_CMD_ATTR_SERVICE or IPVS_CMD_ATTR_DEST.
  ///   - statistics: its attribute of 64-bit counts.
  ///   - attributes: those of a message.
  /// - Returns: nil when the kernel doesn't send it (before Linux 4.1).
  /// - Throws: `malformed`.
  static func of(
    _ object: Int, _ statistics: Int, in attributes: AttributeReader
  ) throws(NetlinkError) -> IPVSTraffic? {
    var attributes = attributes
    while let attribute = try attributes.next() {
      guard attribute.type == object else { continue }
      var inner = attribute.nested()
      while let field = try inner.next() {
        if field.type == statistics { return try IPVSTraffic(field.nested()) }
      }
    }
    return nil
  }
}

/// A destination with what it has carried.
public struct IPVSDestinationTraffic: Hashable, Sendable {
  public var destination: IPVSDestination
  public var traffic: IPVSTraffic

  public init(_ destination: IPVSDestination, _ traffic: IPVSTraffic) {
    self.destination = destination
    self.traffic = traffic
  }
}

extension IPVSClient {
  /// What every service has carried, in one dump.
  public func traffic() throws(NetlinkError) -> [IPVSServiceKey: IPVSTraffic] {
    try dumpServices([:]) { (traffic, message) throws(NetlinkError) in
      let attributes = try message.attributes(after: CNL_GENL_HDRLEN)
      guard let counts = try IPVSTraffic.of(IPVS_CMD_ATTR_SERVICE, IPVS_SVC_ATTR_STATS64, in: attributes)
      else { return }
      traffic[try IPVSContent(attributes).requireService().key] = counts
    }
  }
}
