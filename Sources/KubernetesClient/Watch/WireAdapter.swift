import KubernetesWire
import NIOCore

/// Reads the body of an answer, list or watch, as one sequence of messages.
///
/// Append a chunk, then call `next` until it gives nil; after the last chunk call `finish`.
struct AnswerDecoder {
  // One of them is there: as payloads of an enumeration they would be copied at each step.
  private var list: ListDecoder?
  private var watch: WatchDecoder?

  init(_ kind: ResourceKind, _ format: WireFormat, isStream: Bool) {
    if isStream {
      watch = WatchDecoder(kind, format: format)
    } else {
      list = ListDecoder(kind, format: format)
    }
  }

  mutating func append(_ chunk: ByteBuffer) {
    chunk.withUnsafeReadableBytes { bytes in
      list?.append(bytes)
      watch?.append(bytes)
    }
  }

  /// The next message; nil when more bytes are needed.
  mutating func next() throws(WireError) -> AnswerMessage? {
    if let item = try list?.next() { return AnswerMessage(item) }
    if let event = try watch?.next() { return AnswerMessage(event) }
    return nil
  }

  /// The end of a list; nil for a watch. Throws when the body ended too early.
  mutating func finish() throws(WireError) -> AnswerMessage? {
    try watch?.finish()
    guard let end = try list?.finish() else { return nil }
    return .listEnd(version: end.resourceVersion, continue: end.continueToken)
  }
}

extension AnswerMessage {
  fileprivate init(_ item: ListItem) {
    switch item {
    case .object(let object): self = .object(object)
    case .undecodable(let object): self = .undecodable(object)
    }
  }

  fileprivate init(_ event: WatchEvent) {
    switch event {
    case .added(let object), .modified(let object): self = .object(object)
    case .deleted(let object): self = .deleted(object)
    case .bookmark(let version, let endsInitialList):
      self = .bookmark(version: version, endsInitialList: endsInitialList)
    case .error(let status): self = .error(status)
    case .undecodable(let object): self = .undecodable(object)
    }
  }
}

extension Refusal {
  /// From an answer whose status is not 200. Its body may be a proxy's and no Status: then its first line.
  init(_ response: APIResponse, body: ByteBufferView) {
    let format = WireFormat(contentType: response.contentType) ?? .json
    if let status = try? APIStatus(body: Array(body), format: format) {
      self.init(status, code: response.status, retryAfter: response.retryAfter)
    } else {
      let line = String(decoding: body.prefix(200), as: UTF8.self).split(whereSeparator: \.isNewline).first
      self.init(
        code: response.status, message: line.map { "\($0)" } ?? "", retryAfter: response.retryAfter)
    }
  }
}
