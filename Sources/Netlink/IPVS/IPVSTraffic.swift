import CNetlink

/// IPVS_SVC_ATTR_STATS64: what a service has carried since it was made. The rates beside the counts are left out.
public struct IPVSTraffic: Hashable, Sendable {
  public var connections: UInt64 = 0
  public var incomingPackets: UInt64 = 0
  public var outgoingPackets: UInt64 = 0
  public var incomingBytes: UInt64 = 0
  public var outgoingBytes: UInt64 = 0

  public init() {}

  /// - Parameter attributes: those inside IPVS_SVC_ATTR_STATS64.
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

  /// Inside the IPVS_CMD_ATTR_SERVICE of a message; nil when the kernel doesn't send it (before Linux 4.1).
  static func ofService(in attributes: AttributeReader) throws(NetlinkError) -> IPVSTraffic? {
    var attributes = attributes
    while let attribute = try attributes.next() {
      guard attribute.type == IPVS_CMD_ATTR_SERVICE else { continue }
      var inner = attribute.nested()
      while let field = try inner.next() {
        if field.type == IPVS_SVC_ATTR_STATS64 { return try IPVSTraffic(field.nested()) }
      }
    }
    return nil
  }
}

extension IPVSClient {
  /// What every service has carried, in one dump.
  public func traffic() throws(NetlinkError) -> [IPVSServiceKey: IPVSTraffic] {
    try dumpServices([:]) { (traffic, message) throws(NetlinkError) in
      let attributes = try message.attributes(after: CNL_GENL_HDRLEN)
      guard let counts = try IPVSTraffic.ofService(in: attributes) else { return }
      traffic[try IPVSContent(attributes).requireService().key] = counts
    }
  }
}
