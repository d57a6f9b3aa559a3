import Synchronization

/// Every request since the start or the last `clear`, in the order they came.
public final class RequestLog: Sendable {
  private struct State {
    var records: [RequestRecord] = []
    var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
    var nextListener = 0
  }

  private let state = Mutex(State())

  init() {}

  public var all: [RequestRecord] { state.withLock { $0.records } }

  public func count(
    _ verb: Fault.Verb? = nil, _ resource: Resource? = nil,
    where isWanted: (RequestRecord) -> Bool = { _ in true }
  ) -> Int {
    all.count {
      (verb == nil || $0.verb == verb) && (resource == nil || $0.resource == resource) && isWanted($0)
    }
  }

  /// The Kubernetes Events that clients have sent, new or patched.
  public var events: [Value] { all.filter { $0.path.contains("/events") && !$0.body.isNull }.map(\.body) }

  public func clear() { state.withLock { $0.records.removeAll() } }

  func append(_ record: RequestRecord) {
    let listeners = state.withLock { state in
      state.records.append(record)
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.yield() }
  }

  /// Waits until the requests are as wanted.
  ///
  /// - Parameters:
  ///   - limit: how long at most.
  ///   - isWanted: asked at once and after each request.
  /// - Returns: whether it came to that in time.
  public func wait(
    within limit: Duration, until isWanted: @escaping @Sendable ([RequestRecord]) -> Bool
  ) async -> Bool {
    let (arrivals, continuation) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let id = state.withLock { state in
      state.nextListener += 1
      state.listeners[state.nextListener] = continuation
      return state.nextListener
    }
    defer { state.withLock { _ = $0.listeners.removeValue(forKey: id) } }
    let timer = Task {
      try await Task.sleep(for: limit)
      continuation.finish()
    }
    defer { timer.cancel() }
    if isWanted(all) { return true }
    for await _ in arrivals where isWanted(all) { return true }
    return isWanted(all)
  }
}
