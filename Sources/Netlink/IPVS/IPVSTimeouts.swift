import CNetlink

/// The kernel's connection timeouts in seconds (ipvsadm --set). 0 leaves a value as it is.
public struct IPVSTimeouts: Hashable, Sendable {
  public var tcp: UInt32
  public var tcpFin: UInt32
  public var udp: UInt32

  public init(tcp: UInt32 = 0, tcpFin: UInt32 = 0, udp: UInt32 = 0) {
    self.tcp = tcp
    self.tcpFin = tcpFin
    self.udp = udp
  }
}

extension IPVSTimeouts {
  func encode(into builder: inout MessageBuilder) {
    builder.put(IPVS_CMD_ATTR_TIMEOUT_TCP, u32: tcp)
    builder.put(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, u32: tcpFin)
    builder.put(IPVS_CMD_ATTR_TIMEOUT_UDP, u32: udp)
  }

  init(_ attributes: AttributeReader) throws(NetlinkError) {
    var attributes = attributes
    self.init()
    while let attribute = try attributes.next() {
      switch attribute.type {
      case IPVS_CMD_ATTR_TIMEOUT_TCP: tcp = try attribute.u32()
      case IPVS_CMD_ATTR_TIMEOUT_TCP_FIN: tcpFin = try attribute.u32()
      case IPVS_CMD_ATTR_TIMEOUT_UDP: udp = try attribute.u32()
      default: break
      }
    }
  }
}
