import CNetlink

/// The attributes at the top of an ipset message, in whichever direction it goes.
struct SetContent {
  /// struct nfgenmsg.
  static var headerLength: Int { MemoryLayout<nfgenmsg>.size }

  var protocolVersion: UInt8 = 0
  /// IPSET_ATTR_PROTOCOL_MIN or IPSET_ATTR_REVISION_MIN, which share a number.
  var minimum: UInt8 = 0
  var name = ""
  /// IPSET_ATTR_TYPENAME or IPSET_ATTR_SETNAME2, which share a number.
  var typeName = ""
  var revision: UInt8 = 0
  var family: UInt8 = 0
  var flags: UInt32 = 0
  var line: UInt32 = 0
  var data: AttributeReader?
  var elements: [SetElement] = []

  init(_ message: Message) throws(NetlinkError) {
    try self.init(message.attributes(after: Self.headerLength))
  }

  init(_ attributes: AttributeReader) throws(NetlinkError) {
    var attributes = attributes
    while let attribute = try attributes.next() {
      switch attribute.type {
      case IPSET_ATTR_PROTOCOL: protocolVersion = try attribute.u8()
      case IPSET_ATTR_PROTOCOL_MIN: minimum = try attribute.u8()
      case IPSET_ATTR_SETNAME: name = attribute.string()
      case IPSET_ATTR_TYPENAME: typeName = attribute.string()
      case IPSET_ATTR_REVISION: revision = try attribute.u8()
      case IPSET_ATTR_FAMILY: family = try attribute.u8()
      case IPSET_ATTR_FLAGS: flags = try attribute.bigEndian32()
      case IPSET_ATTR_LINENO: line = try attribute.bigEndian32()
      case IPSET_ATTR_DATA: data = attribute.nested()
      case IPSET_ATTR_ADT:
        var entries = attribute.nested()
        while let entry = try entries.next() { elements.append(try SetElement(entry.nested())) }
      default: break
      }
    }
  }

  /// The line at which the kernel stopped, from the request it echoed; nil when it refused the message as a whole.
  static func failingLine(inEcho payload: [UInt8]) -> Int? {
    guard payload.count > headerLength else { return nil }
    var attributes = AttributeReader(MessageBytes(payload), from: headerLength, to: payload.count)
    while let attribute = try? attributes.next() {
      guard attribute.type == IPSET_ATTR_LINENO, let line = try? attribute.bigEndian32() else { continue }
      return line == 0 ? nil : Int(line)
    }
    return nil
  }
}
