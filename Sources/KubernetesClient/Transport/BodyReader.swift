import AsyncHTTPClient
import NIOCore
import Reconciler

/// Reads the body of an answer part by part, on demand: what isn't asked for stays in the socket.
actor BodyReader {
  private var iterator: HTTPClientResponse.Body.AsyncIterator
  private let idleTimeout: Duration?
  private let time: any TimeSource
  private let explain: @Sendable (any Error) -> TransportError

  init(
    _ body: HTTPClientResponse.Body, idleTimeout: Duration?, time: any TimeSource,
    explain: @escaping @Sendable (any Error) -> TransportError
  ) {
    iterator = body.makeAsyncIterator()
    self.idleTimeout = idleTimeout
    self.time = time
    self.explain = explain
  }

  /// The next part; nil at the end. For one caller at a time.
  ///
  /// - Throws: TransportError. After a timeout or a cancellation the connection is closed.
  func next() async throws -> ByteBuffer? {
    do {
      guard let idleTimeout else { return try await read() }
      return try await withThrowingTaskGroup { [time] group in
        group.addTask { try await self.read() }
        group.addTask {
          try await time.sleep(until: time.now() + idleTimeout)
          throw HTTPClientError.readTimeout
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
      }
    } catch {
      throw explain(error)
    }
  }

  private func read() async throws -> ByteBuffer? {
    var iterator = iterator
    defer { self.iterator = iterator }
    return try await iterator.next(isolation: self)
  }
}
