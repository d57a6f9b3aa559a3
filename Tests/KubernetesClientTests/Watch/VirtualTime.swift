import Reconciler
import Synchronization
import Testing

/// Time that moves only when a test says so.
final class VirtualTime: TimeSource {
  private struct State {
    var now: Duration = .zero
    var sleepers: [UInt64: (deadline: Duration, continuation: CheckedContinuation<Void, any Error>)] = [:]
    var nextID: UInt64 = 0
  }

  private let state = Mutex(State())

  func now() -> Duration { state.withLock { $0.now } }

  func sleep(until deadline: Duration) async throws {
    try Task.checkCancellation()
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

  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now += duration
      let now = state.now
      let due = state.sleepers.filter { $0.value.deadline <= now }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  /// Each of a source's reflectors sleeps, or has a guard that does: with fewer sleepers somebody is still at work.
  private static let atRest = 3

  /// Lets everybody run, moving time on in small steps, until the condition holds. Bounded by real time.
  func advance(
    by step: Duration = .milliseconds(100), until condition: () async -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(240)
    while await !condition() {
      if ContinuousClock.now > deadline {
        Issue.record("not within four minutes", sourceLocation: sourceLocation)
        throw CancellationError()
      }
      await settle()
      advance(by: step)
    }
  }

  /// Lets the others come to rest, so that time doesn't run away from them on a busy machine.
  private func settle() async {
    for round in 0..<100_000 {
      await Task.yield()
      if round >= 20, state.withLock({ $0.sleepers.count >= Self.atRest }) { return }
    }
  }
}
