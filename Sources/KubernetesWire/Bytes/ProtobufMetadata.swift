/// The metadata of an object in protobuf, read by hand: maps are half of what SwiftProtobuf takes for an object, and
/// the largest annotation is never read. The numbers are those of the schema.
extension WireObjectMeta {
  init(protobuf bytes: UnsafeRawBufferPointer) throws(FieldFlaw) {
    self.init()
    var labels: [String: String] = [:]
    var annotations: [String: String] = [:]
    try Self.fields(bytes) { (number, content) throws(FieldFlaw) in
      switch number {
      case 1: name = try Self.text(content)
      case 3: namespace = try Self.text(content)
      case 5: uid = try Self.text(content)
      case 6: resourceVersion = try Self.text(content)
      case 8: try WireFormat.mergeProtobuf(content, into: &creationTimestamp)
      case 9: try WireFormat.mergeProtobuf(content, into: &deletionTimestamp)
      case 11: try Self.entry(content, into: &labels)
      case 12: try Self.entry(content, into: &annotations)
      default: break
      }
    }
    self.labels = labels
    self.annotations = annotations
  }

  /// An entry of a map is a message { 1: key, 2: value }.
  private static func entry(
    _ bytes: UnsafeRawBufferPointer, into map: inout [String: String]
  ) throws(FieldFlaw) {
    var key = ""
    var value = UnsafeRawBufferPointer(start: nil, count: 0)
    try fields(bytes) { (number, content) throws(FieldFlaw) in
      switch number {
      case 1: key = try text(content)
      case 2: value = content
      default: break
      }
    }
    if key != unreadAnnotation { map[key] = try text(value) }
  }

  private static func fields(
    _ bytes: UnsafeRawBufferPointer,
    _ body: (Int, UnsafeRawBufferPointer) throws(FieldFlaw) -> Void
  ) throws(FieldFlaw) {
    var fields = ProtobufFields(bytes, at: 0)
    while true {
      let field: (number: Int, content: UnsafeRawBufferPointer)?
      do throws(WireError) { field = try fields.next() } catch {
        throw FieldFlaw("metadata", "is no valid protobuf (\(error.message))")
      }
      guard let field else { return }
      try body(field.number, field.content)
    }
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) throws(FieldFlaw) -> String {
    guard let text = UTF8Text.string(bytes) else {
      throw FieldFlaw("metadata", "is no valid protobuf (text that is no UTF-8)")
    }
    return text
  }
}

/// An object in protobuf, cut in two: { 1: metadata, ... }.
struct ProtobufObject {
  let metadata: UnsafeRawBufferPointer
  let rest: UnsafeRawBufferPointer

  /// Nil unless the metadata comes first and once, as every server writes it.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var fields = ProtobufFields(bytes, at: 0)
    guard let first = try? fields.next(), first.number == 1, let start = bytes.baseAddress,
      let content = first.content.baseAddress
    else { return nil }
    let end = content - start + first.content.count
    // Nothing but its header comes before the content.
    guard bytes.first == 0x0A, end - first.content.count <= 11 else { return nil }
    do throws(WireError) {
      while let field = try fields.next() {
        if field.number == 1 { return nil }
      }
    } catch {
      return nil
    }
    metadata = first.content
    rest = UnsafeRawBufferPointer(rebasing: bytes[end...])
  }
}
