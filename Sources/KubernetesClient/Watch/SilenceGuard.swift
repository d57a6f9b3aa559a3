import Reconciler
import Synchronization

/// Notices when nothing has come for too long, up to ten seconds late. Messages cost it no timer.
final class SilenceGuard: Sendable {
  private static let step = Duration.seconds(10)
  private let time: any TimeSource
  private let state: Mutex<(limit: Duration, deadline: Duration)>

  init(time: any TimeSource, limit: Duration) {
    self.time = time
    state = Mutex((limit, time.now() + limit))
  }

  var limit: Duration { state.withLock { $0.limit } }

  /// Something came; from now on silence may last `limit`.
  func extend(to limit: Duration) {
    let deadline = time.now() + limit
    state.withLock { $0 = (limit, deadline) }
  }

  /// Returns when the silence has lasted too long.
  /// - Throws: CancellationError when the task is cancelled first.
  func wait() async throws {
    while true {
      let deadline = state.withLock { $0.deadline }
      guard time.now() < deadline else { return }
      // In short steps, as the limit may have shrunk meanwhile.
      try await time.sleep(until: min(deadline, time.now() + Self.step))
    }
  }
}
