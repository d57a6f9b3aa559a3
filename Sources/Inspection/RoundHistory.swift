import Reconciler

/// What rounds leave to tell: the last one, and what others changed behind our back. A few numbers a round.
public struct RoundHistory: Sendable {
  private var last: (round: RoundReport, ended: Duration)?
  private var driftOperations = 0
  private var driftRounds = 0
  private var lastDrift: Duration?

  public init() {}

  /// - Parameters:
  ///   - observation: of the loop.
  ///   - now: on the caller's clock.
  public mutating func observe(_ observation: LoopObservation, now: Duration) {
    guard case .round(var round) = observation else { return }
    // What grows with the round is measured elsewhere.
    round.inForce = ChangesInForce()
    last = (round, now)
    guard round.driftOperations > 0 else { return }
    driftOperations += round.driftOperations
    driftRounds += 1
    lastDrift = now
  }

  /// - Parameter now: on the caller's clock.
  /// - Returns: the last round; nil before the first has ended.
  public func lastRound(now: Duration) -> RoundStatus? {
    last.map { last in
      RoundStatus(
        secondsAgo: (now - last.ended).inSeconds, seconds: last.round.duration.inSeconds,
        isFull: last.round.isFull, operations: last.round.operations.operations,
        failedOperations: last.round.operations.failures, problem: last.round.kernelError?.description)
    }
  }

  /// - Parameter now: on the caller's clock.
  /// - Returns: since the start.
  public func drift(now: Duration) -> DriftStatus {
    DriftStatus(
      operations: driftOperations, rounds: driftRounds, lastSecondsAgo: lastDrift.map { (now - $0).inSeconds }
    )
  }
}

extension Duration {
  /// In milliseconds' steps, for people and programs to read.
  var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds / 1_000_000_000_000_000) / 1000
  }
}
