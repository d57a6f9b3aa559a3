import NIOCore
import Synchronization

@testable import KubernetesClient

/// Answers requests as a test says, and remembers them.
final class ScriptedTransport: APITransport {
  enum End: Sendable {
    case finish
    case fail(TransportError)
    /// The stream stays open; `push` adds to it.
    case hold
  }

  enum Reply: Sendable {
    case answer(
      status: Int = 200, type: String = "application/json", retryAfter: Duration? = nil, [[UInt8]],
      end: End = .finish)
    case failure(TransportError)

    static func text(_ chunks: String..., end: End = .finish) -> Reply {
      .answer(chunks.map { Array($0.utf8) }, end: end)
    }

    static func refusal(_ code: Int, _ message: String) -> Reply {
      let status = #"{"kind":"Status","apiVersion":"v1","message":"\#(message)","code":\#(code)}"#
      return .answer(status: code, [Array(status.utf8)])
    }
  }

  typealias Body = AsyncThrowingStream<ByteBuffer, any Error>.Continuation

  private let script: @Sendable (APIRequest, _ count: Int) -> Reply
  private let state = Mutex((requests: [APIRequest](), open: [String: Body]()))

  /// `script` gets each request and how many of the same path came before it.
  init(_ script: @escaping @Sendable (APIRequest, _ count: Int) -> Reply) { self.script = script }

  var requests: [APIRequest] { state.withLock { $0.requests } }

  func requests(_ path: String) -> [APIRequest] { requests.filter { $0.path == path } }

  func send(_ request: APIRequest) async throws(TransportError) -> APIResponse {
    let count = state.withLock { state in
      defer { state.requests.append(request) }
      return state.requests.count { $0.path == request.path }
    }
    switch script(request, count) {
    case .failure(let error):
      throw error
    case .answer(let status, let type, let retryAfter, let chunks, let end):
      let (stream, body) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
      for chunk in chunks { body.yield(ByteBuffer(bytes: chunk)) }
      switch end {
      case .finish: body.finish()
      case .fail(let error): body.finish(throwing: error)
      case .hold: state.withLock { $0.open[request.path] = body }
      }
      return APIResponse(status: status, contentType: type, retryAfter: retryAfter, body: stream)
    }
  }

  /// Sends more on the stream of that path that was opened last.
  func push(_ path: String, _ text: String) {
    _ = state.withLock { $0.open[path] }?.yield(ByteBuffer(string: text))
  }

  /// Ends that stream.
  func cut(_ path: String, _ error: TransportError? = nil) {
    state.withLock { $0.open.removeValue(forKey: path) }?.finish(throwing: error)
  }
}

extension APIRequest {
  subscript(_ name: String) -> String? { query.first { $0.name == name }?.value }

  var isStreamingList: Bool { self["sendInitialEvents"] == "true" }
  var isWatch: Bool { self["watch"] == "true" && !isStreamingList }
}
