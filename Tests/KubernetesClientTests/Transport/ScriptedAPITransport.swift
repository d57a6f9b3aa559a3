import NIOCore
import Synchronization

@testable import KubernetesClient

/// Answers as a closure says and keeps the requests.
final class ScriptedAPITransport: APITransport {
  private let seen = Mutex<[APIRequest]>([])
  private let answer: @Sendable (APIRequest) async throws -> APIResponse

  init(_ answer: @escaping @Sendable (APIRequest) async throws -> APIResponse) {
    self.answer = answer
  }

  var requests: [APIRequest] { seen.withLock(\.self) }

  func send(_ request: APIRequest) async throws(TransportError) -> APIResponse {
    seen.withLock { $0.append(request) }
    do { return try await answer(request) } catch {
      throw error as? TransportError ?? TransportError(.closed, server: "", message: "\(error)")
    }
  }
}

extension APIResponse {
  static func answer(_ status: Int, _ body: String = "{}") -> APIResponse {
    APIResponse(
      status: status, contentType: "application/json",
      body: AsyncThrowingStream { continuation in
        continuation.yield(ByteBuffer(string: body))
        continuation.finish()
      })
  }
}
