/// Appends protobuf's wire format (https://protobuf.dev/programming-guides/encoding/). Knows no message.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  private enum WireType: UInt64 { case varint = 0, lengthDelimited = 2 }

  mutating func write(_ number: Int64, field: Int) {
    tag(field, .varint)
    varint(UInt64(bitPattern: number))
  }

  mutating func write(_ flag: Bool, field: Int) { write(flag ? 1 : 0, field: field) }

  mutating func write(_ text: String, field: Int) {
    tag(field, .lengthDelimited)
    varint(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// A message that has been written already, or plain bytes.
  mutating func write(_ content: [UInt8], field: Int) {
    tag(field, .lengthDelimited)
    varint(UInt64(content.count))
    bytes.append(contentsOf: content)
  }

  mutating func message(field: Int, _ content: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    content(&inner)
    write(inner.bytes, field: field)
  }

  /// Only the tag and the length of content that is written elsewhere.
  static func header(field: Int, length: Int) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.tag(field, .lengthDelimited)
    writer.varint(UInt64(length))
    return writer.bytes
  }

  private mutating func tag(_ field: Int, _ type: WireType) { varint(UInt64(field) << 3 | type.rawValue) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
