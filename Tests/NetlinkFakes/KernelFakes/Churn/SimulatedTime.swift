import Reconciler
import Synchronization

/// Time that moves when somebody works or everybody waits, with things that happen at even intervals on the way. No
/// time passes really.
public final class SimulatedTime: TimeSource {
  /// What happens on the way: the first of it at `start`, and one each `interval`.
  public struct Arrivals: Sendable {
    public var start: Duration
    public var interval: Duration
    public var count: Int

    public init(start: Duration, interval: Duration, count: Int) {
      self.start = start
      self.interval = interval
      self.count = count
    }
  }

  private struct State {
    var now = Duration.zero
    var arrived = 0
  }

  private let arrivals: Arrivals
  private let end: Duration
  private let state = Mutex(State())
  private let arrive: @Sendable (Int) async -> Void
  private let (finish, finished) = AsyncStream.makeStream(of: Void.self)

  /// - Parameters:
  ///   - arrivals: when something happens.
  ///   - end: when `waitForEnd` ends.
  ///   - arrive: makes the thing of that number happen, from 0.
  public init(_ arrivals: Arrivals, end: Duration, arrive: @escaping @Sendable (Int) async -> Void) {
    self.arrivals = arrivals
    self.end = end
    self.arrive = arrive
  }

  public func now() -> Duration { state.withLock { $0.now } }

  /// Work that takes this long. What happens meanwhile happens before this returns.
  public func pass(_ duration: Duration) async {
    let deadline = now() + duration
    while let number = next(until: deadline) { await arrive(number) }
    state.withLock { $0.now = max($0.now, deadline) }
  }

  /// Nobody works: time jumps to what happens next. The sleeper is expected to be woken by it.
  public func sleep(until deadline: Duration) async throws {
    try Task.checkCancellation()
    if let number = next(until: deadline) {
      await arrive(number)
      try await waitForCancellation()
    }
    let isOver = state.withLock { state in
      state.now = max(state.now, deadline)
      return state.now >= end
    }
    guard isOver else { return }
    finished.finish()
    try await waitForCancellation()
  }

  /// Returns when the end has been reached and nobody works.
  public func waitForEnd() async {
    for await _ in finish {}
  }

  private func next(until deadline: Duration) -> Int? {
    state.withLock { state in
      let due = arrivals.start + arrivals.interval * state.arrived
      guard state.arrived < arrivals.count, due <= deadline else { return nil }
      state.now = max(state.now, due)
      state.arrived += 1
      return state.arrived - 1
    }
  }

  private func waitForCancellation() async throws {
    while true { try await Task.sleep(for: .seconds(3600)) }
  }
}
