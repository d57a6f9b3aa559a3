/// Reads the body of a watch while it arrives: one event at a time.
///
/// Append a chunk, then call `next` until it gives nil. When the server ends the watch, `finish` tells whether it did so
/// between two events.
public struct WatchDecoder: Sendable {
  private let objects: ObjectDecoder
  private let largestObject: Int
  private var queue = ByteQueue()
  /// How much of the queue has been searched for the end of a line.
  private var searched = 0
  private var failure: WireError?

  /// `largestObject` is in bytes, its event included: more is an error.
  public init(_ kind: ResourceKind, format: WireFormat, largestObject: Int = WireLimits.largestObject) {
    self.largestObject = largestObject
    objects = ObjectDecoder(kind: kind, format: format)
  }

  /// The next bytes of the body, cut anywhere. They are copied.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) { queue.append(bytes) }

  /// The next bytes of the body, cut anywhere. They are copied.
  public mutating func append(_ bytes: some Collection<UInt8>) { queue.append(bytes) }

  /// The next event; nil when more bytes are needed. An error is final, and later calls throw it again: the events given
  /// before it hold.
  public mutating func next() throws(WireError) -> WatchEvent? {
    if let failure { throw failure }
    do throws(WireError) {
      while let frame = try nextFrame() {
        defer { queue.drop(frame.end) }
        if !frame.content.isEmpty { return try event(frame.content) }
      }
      return nil
    } catch {
      failure = error
      throw error
    }
  }

  /// To be called when the body has ended and `next` gives nil. Throws when the last event is cut off.
  public func finish() throws(WireError) {
    if let failure { throw failure }
    guard queue.isEmpty else {
      let end = queue.position + queue.count
      throw WireError(
        .truncated, at: end, "the watch of \(objects.kind.name)s ends in the middle of an event")
    }
  }

  // MARK: Frames

  /// One event at the queue's front, with what surrounds it.
  private struct Frame {
    let content: Range<Int>
    let end: Int
  }

  private mutating func nextFrame() throws(WireError) -> Frame? {
    switch objects.format {
    case .protobuf: try lengthPrefixedFrame()
    case .json: try line()
    }
  }

  /// Four bytes of length, the most significant first; then a WatchEvent.
  private func lengthPrefixedFrame() throws(WireError) -> Frame? {
    guard queue.count >= 4 else { return nil }
    let length = queue.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    try WireError.check(length, limit: largestObject, at: queue.position)
    guard queue.count - 4 >= length else { return nil }
    return Frame(content: 4..<4 + length, end: 4 + length)
  }

  /// JSON has no line breaks but between its parts, and the API server writes none there.
  private mutating func line() throws(WireError) -> Frame? {
    let found = queue.withBytes(searched..<queue.count) { $0.firstIndex(of: JSONByte.newline) }
    guard let end = found.map({ searched + $0 }) else {
      searched = queue.count
      try WireError.check(searched, limit: largestObject, at: queue.position)
      return nil
    }
    try WireError.check(end, limit: largestObject, at: queue.position)
    searched = 0
    let isBlank = queue.prefix(end).allSatisfy(JSONByte.isSpace)
    return Frame(content: isBlank ? 0..<0 : 0..<end, end: end + 1)
  }

  // MARK: Events

  private func event(_ range: Range<Int>) throws(WireError) -> WatchEvent {
    let offset = queue.position + range.lowerBound
    let objects = objects
    return try queue.withBytes(range) { bytes in
      Result { () throws(WireError) in
        let envelope = try EventEnvelope(bytes, objects.format, at: offset)
        return try objects.event(envelope, at: offset)
      }
    }.get()
  }
}
