/// What every protobuf object of the API is wrapped in: four bytes, then a runtime.Unknown
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding-idl).
struct ProtobufEnvelope {
  static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]  // "k8s\0"
  static let typeField = 1
  static let contentField = 2

  /// Nil when the envelope doesn't say it.
  private(set) var kind: String?
  /// The object itself.
  private(set) var content = UnsafeRawBufferPointer(start: nil, count: 0)

  /// `offset` is where the bytes begin in the body.
  init(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(WireError) {
    guard bytes.starts(with: Self.magic) else {
      throw WireError(.malformed, at: offset, "no Kubernetes protobuf: it doesn't begin with \"k8s\\0\"")
    }
    var fields = ProtobufFields(bytes, from: Self.magic.count, at: offset)
    while let field = try fields.next() {
      switch field.number {
      case Self.typeField: kind = try? WireFormat.protobuf.message(WireTypeMeta.self, field.content).kind
      case Self.contentField: content = field.content
      default: break
      }
    }
  }
}

/// The length-delimited fields of a message that is there whole; other fields are passed over.
struct ProtobufFields {
  private let bytes: UnsafeRawBufferPointer
  private var index: Int
  private let offset: Int

  /// `offset` is where the bytes begin in the body.
  init(_ bytes: UnsafeRawBufferPointer, from index: Int = 0, at offset: Int) {
    self.bytes = bytes
    self.index = index
    self.offset = offset
  }

  /// Nil at the end.
  mutating func next() throws(WireError) -> (number: Int, content: UnsafeRawBufferPointer)? {
    while index < bytes.count {
      let field: ProtobufField?
      do { field = try ProtobufField.read(bytes, at: index) } catch {
        throw WireError(.malformed, at: offset + index, "\(error) in protobuf")
      }
      guard let field, field.end <= bytes.count - index else {
        throw WireError(.malformed, at: offset + index, "a protobuf field that is longer than its message")
      }
      let start = index + field.headerLength
      index += field.end
      if field.isLengthDelimited {
        return (field.number, UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
      }
    }
    return nil
  }
}
