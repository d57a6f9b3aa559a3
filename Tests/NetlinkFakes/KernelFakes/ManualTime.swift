import Reconciler
import Synchronization

/// Time that moves only when a test says so, or when everything sleeps (`jumps`).
public final class ManualTime: TimeSource {
  private struct State {
    var now: Duration = .zero
    var sleepers: [UInt64: (deadline: Duration, continuation: CheckedContinuation<Void, any Error>)] = [:]
    var nextID: UInt64 = 0
  }

  private let state = Mutex(State())
  /// Whether a sleep ends at once, moving time to its deadline: for code that waits by itself.
  private let jumps: Bool

  public init(jumps: Bool = false) { self.jumps = jumps }

  public func now() -> Duration { state.withLock { $0.now } }

  public func sleep(until deadline: Duration) async throws {
    try Task.checkCancellation()
    if jumps {
      state.withLock { $0.now = max($0.now, deadline) }
      await Task.yield()
      return
    }
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isOver = state.withLock { state in
          if state.now >= deadline || Task.isCancelled { return true }
          state.sleepers[id] = (deadline, continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Moves time on and wakes whoever is due.
  public func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now += duration
      let now = state.now
      let due = state.sleepers.filter { $0.value.deadline <= now }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }
}
