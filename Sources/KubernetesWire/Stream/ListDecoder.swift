/// Reads the body of a list while it arrives: one item at a time, with no more in memory than the largest item and the
/// chunk that was appended last.
///
/// Append a chunk, then call `next` until it gives nil; after the last chunk call `finish`.
public struct ListDecoder: Sendable {
  private let objects: ObjectDecoder
  private var scanner: any ListScanner
  private var queue = ByteQueue()
  private var metadata: ListMetadata?
  private var failure: WireError?

  /// `largestObject` is in bytes: more is an error.
  public init(_ kind: ResourceKind, format: WireFormat, largestObject: Int = WireLimits.largestObject) {
    objects = ObjectDecoder(kind: kind, format: format)
    switch format {
    case .protobuf: scanner = ProtobufListScanner(largestObject: largestObject)
    case .json: scanner = JSONListScanner(largestObject: largestObject)
    }
  }

  /// The next bytes of the body, cut anywhere. They are copied.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) { queue.append(bytes) }

  /// The next bytes of the body, cut anywhere. They are copied.
  public mutating func append(_ bytes: some Collection<UInt8>) { queue.append(bytes) }

  /// The next item; nil when more bytes are needed. An error is final, and later calls throw it again: the items given
  /// before it hold, but the list is not whole.
  public mutating func next() throws(WireError) -> ListItem? {
    if let failure { throw failure }
    do throws(WireError) {
      return try nextItem()
    } catch {
      failure = error
      throw error
    }
  }

  /// To be called when the body has ended and `next` gives nil. Throws when the body ended too early.
  public func finish() throws(WireError) -> ListMetadata {
    if let failure { throw failure }
    guard scanner.isComplete(queue) else {
      let end = queue.position + queue.count
      throw WireError(.truncated, at: end, "the body ends in the middle of a list of \(objects.kind.name)s")
    }
    guard let metadata else {
      throw WireError(.malformed, at: queue.position, "a list without metadata.resourceVersion")
    }
    return metadata
  }

  private mutating func nextItem() throws(WireError) -> ListItem? {
    while let part = try scanner.next(&queue) {
      defer { queue.drop(part.length) }
      switch part.content {
      case .item: return item(part.length)
      case .kind: try checkKind(part.length)
      case .metadata: try readMetadata(part.length)
      }
    }
    return nil
  }

  private func item(_ length: Int) -> ListItem {
    switch queue.withBytes(0..<length, objects.object) {
    case .success(let object): .object(object)
    case .failure(let object): .undecodable(object)
    }
  }

  private func checkKind(_ length: Int) throws(WireError) {
    let format = objects.format
    let kind: String? = queue.withBytes(0..<length) { bytes in
      switch format {
      case .protobuf: try? format.message(WireTypeMeta.self, bytes).kind
      case .json: JSONMembers.string(bytes)
      }
    }
    let expected = "\(objects.kind.name)List"
    guard kind == expected else {
      throw WireError(
        .unexpectedContent, at: queue.position, "\(kind ?? "something unreadable"), not a \(expected)")
    }
  }

  private mutating func readMetadata(_ length: Int) throws(WireError) {
    let format = objects.format
    let result = queue.withBytes(0..<length) { bytes in
      Result { () throws(FieldFlaw) in try format.message(WireListMeta.self, bytes) }
    }
    switch result {
    case .success(let found):
      guard let version = found.resourceVersion.nonEmpty else { return }
      metadata = ListMetadata(
        resourceVersion: version, continueToken: found.continue.nonEmpty,
        remainingItemCount: found.hasRemainingItemCount ? found.remainingItemCount : nil)
    case .failure(let flaw):
      throw WireError(
        .malformed, at: queue.position, "the list's \(flaw.inside("metadata").field): \(flaw.message)")
    }
  }
}
