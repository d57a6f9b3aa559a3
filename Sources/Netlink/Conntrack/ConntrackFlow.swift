import Addressing
import CNetlink
import Glibc

/// One direction of a tracked flow (CTA_TUPLE_ORIG, linux/netfilter/nfnetlink_conntrack.h).
public struct ConntrackTuple: Hashable, Sendable {
  public var source: IPAddress
  public var destination: IPAddress
  /// The IANA number.
  public var transport: UInt8
  /// 0 for protocols without ports.
  public var sourcePort: UInt16
  public var destinationPort: UInt16
  /// The zone of this direction alone.
  public var zone: UInt16?

  public init(
    from source: IPAddress, port sourcePort: UInt16, to destination: IPAddress, port destinationPort: UInt16,
    transport: UInt8, zone: UInt16? = nil
  ) {
    self.source = source
    self.destination = destination
    self.transport = transport
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.zone = zone
  }
}

/// A tracked flow as far as naming it needs: what the first packet looked like before any translation.
public struct ConntrackFlow: Hashable, Sendable {
  public var original: ConntrackTuple
  /// The zone of both directions; 0 is everybody's.
  public var zone: UInt16
  /// The kernel's number for this entry, so that one made since under the same tuple is told apart.
  public var id: UInt32?

  public init(_ original: ConntrackTuple, zone: UInt16 = 0, id: UInt32? = nil) {
    self.original = original
    self.zone = zone
    self.id = id
  }
}

/// The attributes' numbers, which the header keeps in enumerations of their own.
enum ConntrackAttribute {
  static let original = Int(CTA_TUPLE_ORIG.rawValue)
  static let zone = Int(CTA_ZONE.rawValue)
  static let id = Int(CTA_ID.rawValue)
  static let filter = Int(CTA_FILTER.rawValue)
  static let tupleIP = Int(CTA_TUPLE_IP.rawValue)
  static let tupleProtocol = Int(CTA_TUPLE_PROTO.rawValue)
  static let tupleZone = Int(CTA_TUPLE_ZONE.rawValue)
  static let protocolNumber = Int(CTA_PROTO_NUM.rawValue)
  static let sourcePort = Int(CTA_PROTO_SRC_PORT.rawValue)
  static let destinationPort = Int(CTA_PROTO_DST_PORT.rawValue)
  static let filterOriginalFlags = Int(CTA_FILTER_ORIG_FLAGS.rawValue)
  static let filterReplyFlags = Int(CTA_FILTER_REPLY_FLAGS.rawValue)

  static func source(_ family: IPFamily) -> Int {
    Int((family == .ipv4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC).rawValue)
  }

  static func destination(_ family: IPFamily) -> Int {
    Int((family == .ipv4 ? CTA_IP_V4_DST : CTA_IP_V6_DST).rawValue)
  }
}

extension ConntrackTuple {
  /// In the order of conntrack(8).
  func encode(into builder: inout MessageBuilder) {
    let mark = builder.beginNested(ConntrackAttribute.original)
    let addresses = builder.beginNested(ConntrackAttribute.tupleIP)
    builder.put(ConntrackAttribute.source(source.family), address: source)
    builder.put(ConntrackAttribute.destination(destination.family), address: destination)
    builder.endNested(addresses)
    let transportMark = builder.beginNested(ConntrackAttribute.tupleProtocol)
    builder.put(ConntrackAttribute.protocolNumber, u8: transport)
    builder.put(ConntrackAttribute.sourcePort, bigEndian: sourcePort)
    builder.put(ConntrackAttribute.destinationPort, bigEndian: destinationPort)
    builder.endNested(transportMark)
    if let zone { builder.put(ConntrackAttribute.tupleZone, bigEndian: zone) }
    builder.endNested(mark)
  }

  /// From inside CTA_TUPLE_ORIG.
  init(_ attributes: AttributeReader, family: IPFamily) throws(NetlinkError) {
    var attributes = attributes
    var (source, destination) = (IPAddress?.none, IPAddress?.none)
    var (transport, sourcePort, destinationPort) = (UInt8(0), UInt16(0), UInt16(0))
    var zone: UInt16?
    while let attribute = try attributes.next() {
      var inner = attribute.nested()
      switch attribute.type {
      case ConntrackAttribute.tupleIP:
        while let address = try inner.next() {
          if address.type == ConntrackAttribute.source(family) { source = try address.address(family) }
          if address.type == ConntrackAttribute.destination(family) {
            destination = try address.address(family)
          }
        }
      case ConntrackAttribute.tupleProtocol:
        while let part = try inner.next() {
          switch part.type {
          case ConntrackAttribute.protocolNumber: transport = try part.u8()
          case ConntrackAttribute.sourcePort: sourcePort = try part.bigEndian16()
          case ConntrackAttribute.destinationPort: destinationPort = try part.bigEndian16()
          default: break
          }
        }
      case ConntrackAttribute.tupleZone: zone = try attribute.bigEndian16()
      default: break
      }
    }
    guard let source, let destination else { throw .malformed("tracked flow without addresses") }
    self.init(
      from: source, port: sourcePort, to: destination, port: destinationPort, transport: transport, zone: zone
    )
  }
}

extension ConntrackFlow {
  func encode(into builder: inout MessageBuilder) {
    original.encode(into: &builder)
    if zone != 0 { builder.put(ConntrackAttribute.zone, bigEndian: zone) }
    if let id { builder.put(ConntrackAttribute.id, bigEndian: id) }
  }

  /// Nil for an address family other than IPv4 and IPv6.
  public init?(_ message: Message) throws(NetlinkError) {
    guard let family = try? IPFamily(addressFamily: UInt16(message.byte(at: 0))) else { return nil }
    var attributes = try message.attributes(after: MemoryLayout<nfgenmsg>.size)
    var tuple: ConntrackTuple?
    var zone: UInt16 = 0
    var id: UInt32?
    while let attribute = try attributes.next() {
      switch attribute.type {
      case ConntrackAttribute.original: tuple = try ConntrackTuple(attribute.nested(), family: family)
      case ConntrackAttribute.zone: zone = try attribute.bigEndian16()
      case ConntrackAttribute.id: id = try attribute.bigEndian32()
      default: break
      }
    }
    guard let tuple else { throw .malformed("tracked flow without its first direction") }
    self.init(tuple, zone: zone, id: id)
  }
}
