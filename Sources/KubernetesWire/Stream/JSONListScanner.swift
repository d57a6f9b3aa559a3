/// Walks through a JSON list: {"kind": ..., "metadata": {...}, "items": [...]}, in any order. Values are only measured
/// here, and read by whoever gets them.
struct JSONListScanner: ListScanner {
  /// What a member of the list is for.
  private enum Member { case items, kind, metadata, unread }

  private enum Place: Equatable {
    case start
    case key(mayEnd: Bool)
    case colon(Member)
    case value(Member)
    case item(mayEnd: Bool)
    case afterItem
    case afterValue
    case end
  }

  let largestObject: Int
  private var place = Place.start
  /// The value at the queue's front, and how many of its bytes have been measured. The dropped ones don't count.
  private var extent = JSONExtent()
  private var measured = 0
  private var isInValue = false

  init(largestObject: Int) { self.largestObject = largestObject }

  func isComplete(_ queue: ByteQueue) -> Bool { place == .end && queue.allSatisfy(JSONByte.isSpace) }

  mutating func next(_ queue: inout ByteQueue) throws(WireError) -> ListPart? {
    while true {
      if !isInValue { skipSpace(&queue) }
      guard let byte = queue.first else { return nil }
      switch (place, byte) {
      case (.key(mayEnd: true), JSONByte.closeBrace): take(&queue, .end)
      case (.item(mayEnd: true), JSONByte.closeBracket): take(&queue, .afterValue)
      case (.value(.items), JSONByte.openBracket) where !isInValue: take(&queue, .item(mayEnd: true))
      case (.key, _):
        guard let length = try measure(&queue, "a member's name") else { return nil }
        place = .colon(Self.member(queue, length))
        queue.drop(length)
      case (.value(let member), _):
        guard let length = try measure(&queue, "a value", isDropped: member == .unread) else { return nil }
        place = .afterValue
        if let part = try part(member, length, &queue) { return part }
      case (.item, _):
        guard let length = try measure(&queue, "an item") else { return nil }
        place = .afterItem
        return ListPart(content: .item, length: length)
      default:
        place = try placeAfter(byte, queue.position)
        queue.drop(1)
      }
    }
  }

  private mutating func take(_ queue: inout ByteQueue, _ next: Place) {
    queue.drop(1)
    place = next
  }

  private func placeAfter(_ byte: UInt8, _ offset: Int) throws(WireError) -> Place {
    switch (place, byte) {
    case (.start, JSONByte.openBrace): return .key(mayEnd: true)
    case (.colon(let member), JSONByte.colon): return .value(member)
    case (.afterValue, JSONByte.comma): return .key(mayEnd: false)
    case (.afterValue, JSONByte.closeBrace): return .end
    case (.afterItem, JSONByte.comma): return .item(mayEnd: false)
    case (.afterItem, JSONByte.closeBracket): return .afterValue
    default: throw Self.unexpected(byte, offset, in: "a list")
    }
  }

  private static func unexpected(_ byte: UInt8, _ offset: Int, in place: String) -> WireError {
    let text = (0x20..<0x7F).contains(byte) ? "\"\(Unicode.Scalar(byte))\"" : "the byte \(byte)"
    return WireError(.malformed, at: offset, "\(text) where JSON has no place for it, in \(place)")
  }

  /// What to do with a member whose value is whole and at the queue's front.
  private func part(
    _ member: Member, _ length: Int, _ queue: inout ByteQueue
  ) throws(WireError) -> ListPart? {
    switch member {
    case .kind: return ListPart(content: .kind, length: length)
    case .metadata: return ListPart(content: .metadata, length: length)
    case .items:
      // Go writes null for a list that it never made.
      guard queue.prefix(length).elementsEqual("null".utf8) else {
        throw WireError(.malformed, at: queue.position, "items that are no list")
      }
    case .unread: break
    }
    queue.drop(length)
    return nil
  }

  private static func member(_ queue: ByteQueue, _ length: Int) -> Member {
    queue.withBytes(0..<length) { name in
      if JSONMembers.isString(name, "items") { return .items }
      if JSONMembers.isString(name, "metadata") { return .metadata }
      return JSONMembers.isString(name, "kind") ? .kind : .unread
    }
  }

  private mutating func skipSpace(_ queue: inout ByteQueue) {
    let length = queue.prefix(while: JSONByte.isSpace).count
    if length > 0 { queue.drop(length) }
  }

  /// The length of the value at the queue's front; nil when it goes on past it. `isDropped`: nobody reads it, so its
  /// bytes needn't wait for its end.
  private mutating func measure(
    _ queue: inout ByteQueue, _ what: String, isDropped: Bool = false
  ) throws(WireError) -> Int? {
    let isNew = !isInValue
    isInValue = true
    let start = measured
    let end = queue.withBytes(0..<queue.count) { extent.end(in: $0, from: start) }
    guard let end else {
      measured = queue.count
      try WireError.check(measured, limit: largestObject, at: queue.position)
      if isDropped {
        queue.drop(measured)
        measured = 0
      }
      return nil
    }
    if isNew, end == 0 { throw Self.unexpected(queue[0], queue.position, in: what) }
    try WireError.check(end, limit: largestObject, at: queue.position)
    extent = JSONExtent()
    measured = 0
    isInValue = false
    return end
  }
}
