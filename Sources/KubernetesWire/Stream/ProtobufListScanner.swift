/// Walks through a protobuf list: "k8s\0", then Unknown { 1: TypeMeta, 2: List { 1: ListMeta, 2: items... } }.
struct ProtobufListScanner: ListScanner {
  private enum Place: Equatable {
    case magic
    case envelope
    /// `end` counts from the body's start.
    case list(end: Int)
  }

  let largestObject: Int
  private var place = Place.magic
  /// How much of a field that nobody reads is still to come.
  private var skipping = 0
  private var hasSeenList = false

  init(largestObject: Int) { self.largestObject = largestObject }

  func isComplete(_ queue: ByteQueue) -> Bool {
    let isOutside = place == .envelope || place == .list(end: queue.position)
    return queue.isEmpty && skipping == 0 && isOutside && hasSeenList
  }

  mutating func next(_ queue: inout ByteQueue) throws(WireError) -> ListPart? {
    while true {
      if skipping > 0 {
        let length = min(skipping, queue.count)
        queue.drop(length)
        skipping -= length
      }
      guard skipping == 0 else { return nil }
      if place == .list(end: queue.position) { place = .envelope }
      guard !queue.isEmpty else { return nil }
      if place == .magic {
        guard try takeMagic(&queue) else { return nil }
        continue
      }
      guard let field = try header(queue) else { return nil }
      if let content = content(of: field) {
        try WireError.check(field.contentLength, limit: largestObject, at: queue.position)
        guard queue.count >= field.end else { return nil }
        queue.drop(field.headerLength)
        return ListPart(content: content, length: field.contentLength)
      }
      enterOrSkip(field, &queue)
    }
  }

  private mutating func takeMagic(_ queue: inout ByteQueue) throws(WireError) -> Bool {
    let magic = ProtobufEnvelope.magic
    guard queue.prefix(magic.count).elementsEqual(magic.prefix(queue.count)) else {
      throw WireError(
        .malformed, at: queue.position, "no Kubernetes protobuf: it doesn't begin with \"k8s\\0\"")
    }
    guard queue.count >= magic.count else { return false }
    queue.drop(magic.count)
    place = .envelope
    return true
  }

  private func header(_ queue: ByteQueue) throws(WireError) -> ProtobufField? {
    let field: ProtobufField?
    do { field = try ProtobufField.read(queue, at: 0) } catch {
      throw WireError(.malformed, at: queue.position, "\(error) in protobuf")
    }
    if case .list(let end) = place {
      // Without a whole header, what there is of it is too long already when it reaches past the end.
      guard queue.position + (field?.end ?? queue.count) <= end else {
        throw WireError(.malformed, at: queue.position, "a protobuf field that is longer than its list")
      }
    }
    return field
  }

  private func content(of field: ProtobufField) -> ListPart.Content? {
    guard field.isLengthDelimited else { return nil }
    switch (place, field.number) {
    case (.envelope, ProtobufEnvelope.typeField): return .kind
    case (.list, 1): return .metadata
    case (.list, 2): return .item
    default: return nil
    }
  }

  private mutating func enterOrSkip(_ field: ProtobufField, _ queue: inout ByteQueue) {
    queue.drop(field.headerLength)
    if place == .envelope, field.isLengthDelimited, field.number == ProtobufEnvelope.contentField {
      place = .list(end: queue.position + field.contentLength)
      hasSeenList = true
    } else {
      skipping = field.contentLength
    }
  }
}
