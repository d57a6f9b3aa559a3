/// Finds the parts of a list's body while it arrives.
protocol ListScanner: Sendable {
  /// The next part, which is then at the queue's front; nil when that needs more bytes. What isn't needed is dropped.
  mutating func next(_ queue: inout ByteQueue) throws(WireError) -> ListPart?

  /// Whether the body may end where the queue's front is now.
  func isComplete(_ queue: ByteQueue) -> Bool
}

struct ListPart: Equatable {
  enum Content: Equatable {
    /// A whole `metadata`, `kind` or item; a TypeMeta in protobuf.
    case metadata, kind, item
  }

  let content: Content
  let length: Int
}

extension WireError {
  static func check(_ length: Int, limit: Int, at offset: Int) throws(WireError) {
    guard length <= limit else {
      throw WireError(.tooLarge, at: offset, "an object of more than \(limit) bytes")
    }
  }
}
