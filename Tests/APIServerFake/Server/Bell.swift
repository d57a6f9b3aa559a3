import Synchronization

/// Lets tests wait for something to happen in the server, with a limit and without looking again and again.
public final class Bell: Sendable {
  private struct State {
    var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
    var next = 0
  }

  private let state = Mutex(State())

  public init() {}

  /// Something has happened.
  public func ring() {
    for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield() }
  }

  /// Waits until it is as wanted.
  ///
  /// - Parameters:
  ///   - limit: how long at most.
  ///   - isWanted: asked at once, and again whenever something has happened.
  /// - Returns: whether it came to that in time.
  public func wait(within limit: Duration, until isWanted: @Sendable () async -> Bool) async -> Bool {
    let (rings, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let id = state.withLock { state in
      state.next += 1
      state.listeners[state.next] = continuation
      return state.next
    }
    defer { state.withLock { _ = $0.listeners.removeValue(forKey: id) } }
    let timer = Task {
      try await Task.sleep(for: limit)
      continuation.finish()
    }
    defer { timer.cancel() }
    if await isWanted() { return true }
    for await _ in rings where await isWanted() { return true }
    return await isWanted()
  }
}
