/// The tag of a protobuf field with what tells its length (https://protobuf.dev/programming-guides/encoding/).
struct ProtobufField: Equatable {
  let number: Int
  /// Whether it holds bytes: a string, a message, or just bytes.
  let isLengthDelimited: Bool
  /// Bytes of the tag and of the length, or of the tag and of a varint.
  let headerLength: Int
  /// Bytes that follow.
  let contentLength: Int

  var end: Int { headerLength + contentLength }

  enum Flaw: Error { case varint, wireType(Int), number, length }

  /// Reads at an index; nil when the bytes end too early to tell.
  static func read(_ bytes: some RandomAccessCollection<UInt8>, at index: Int) throws(Flaw) -> ProtobufField?
  {
    guard let tag = try varint(bytes, at: index) else { return nil }
    // Field numbers have 29 bits.
    guard tag.value >> 3 > 0, tag.value >> 32 == 0 else { throw .number }
    let number = Int(tag.value >> 3)
    let wireType = Int(tag.value & 7)
    func field(_ headerLength: Int, _ contentLength: Int, isLengthDelimited: Bool = false) -> ProtobufField {
      ProtobufField(
        number: number, isLengthDelimited: isLengthDelimited, headerLength: headerLength,
        contentLength: contentLength)
    }
    switch wireType {
    case 0:
      guard let value = try varint(bytes, at: index + tag.length) else { return nil }
      return field(tag.length + value.length, 0)
    case 1: return field(tag.length, 8)
    case 2:
      guard let length = try varint(bytes, at: index + tag.length) else { return nil }
      // Protobuf knows no message over 2 GiB.
      guard length.value <= UInt64(Int32.max) else { throw .length }
      return field(tag.length + length.length, Int(length.value), isLengthDelimited: true)
    case 5: return field(tag.length, 4)
    default: throw .wireType(wireType)
    }
  }

  private static func varint(
    _ bytes: some RandomAccessCollection<UInt8>, at start: Int
  ) throws(Flaw) -> (value: UInt64, length: Int)? {
    var value: UInt64 = 0
    for length in 0..<10 {
      guard start + length < bytes.count else { return nil }
      let byte = bytes[bytes.index(bytes.startIndex, offsetBy: start + length)]
      // The tenth byte has room for one bit.
      guard length < 9 || byte <= 1 else { throw .varint }
      value |= UInt64(byte & 0x7F) << UInt64(7 * length)
      if byte & 0x80 == 0 { return (value, length + 1) }
    }
    throw .varint
  }
}

extension ProtobufField.Flaw: CustomStringConvertible {
  var description: String {
    switch self {
    case .varint: "a number of more than 64 bits"
    case .wireType(let type): "the unknown wire type \(type)"
    case .number: "a field number out of range"
    case .length: "a length over 2 GiB"
    }
  }
}
