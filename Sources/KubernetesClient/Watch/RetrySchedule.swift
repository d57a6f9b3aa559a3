import Reconciler

/// When to ask again after failures, and which of them to tell.
///
/// Each delay doubles and is stretched at random by up to its own length, so that a cluster's nodes don't come back in
/// step: 0.8 to 1.6 s first, 15 to 30 s at most. Two minutes without a failure, and it begins anew.
struct RetrySchedule: Sendable {
  private static let backoff = Backoff(first: .milliseconds(800), longest: .seconds(15))
  private static let healthyPeriod = Duration.seconds(120)
  /// A server that asks for longer is asked again all the same.
  private static let longestRetryAfter = Duration.seconds(300)
  private static let firstQuietPeriod = Duration.seconds(15)
  private static let longestQuietPeriod = Duration.seconds(600)

  /// Since the last answer.
  private(set) var failuresInARow = 0
  private var attempt = 0
  private var lastFailure: Duration?
  /// When the failures began that have not been followed by an answer yet.
  private var outageStart: Duration?
  private var nextTelling: Duration = .zero
  private var quietPeriod = Self.firstQuietPeriod
  private var hasTold = false

  /// Records a failure.
  /// - Parameters:
  ///   - now: on a clock that only goes forward.
  ///   - retryAfter: how long the server asks to be left alone.
  ///   - jitter: 0..<1.
  /// - Returns: how long to wait, and whether this one is to be told: the first, then at growing intervals.
  mutating func fail(at now: Duration, retryAfter: Duration? = nil, jitter: Double) -> (
    delay: Duration, tell: Bool
  ) {
    if let lastFailure, now - lastFailure >= Self.healthyPeriod, failuresInARow == 0 {
      attempt = 0
      nextTelling = now
      quietPeriod = Self.firstQuietPeriod
    }
    attempt += 1
    failuresInARow += 1
    lastFailure = now
    if outageStart == nil { outageStart = now }
    let tell = now >= nextTelling
    if tell {
      hasTold = true
      nextTelling = now + quietPeriod
      quietPeriod = min(quietPeriod * 2, Self.longestQuietPeriod)
    }
    let least = min(retryAfter ?? .zero, Self.longestRetryAfter)
    return (max(Self.backoff.delay(attempt: attempt, jitter: 0), least) * (1 + jitter), tell)
  }

  /// The server answers again.
  /// - Returns: how long it had not, if a failure has been told.
  mutating func succeed(at now: Duration) -> Duration? {
    defer {
      failuresInARow = 0
      outageStart = nil
      hasTold = false
    }
    guard hasTold, let outageStart else { return nil }
    return now - outageStart
  }
}
