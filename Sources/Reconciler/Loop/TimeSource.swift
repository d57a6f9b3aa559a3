/// Where the loop gets its time from; tests move it by hand.
public protocol TimeSource: Sendable {
  /// Time since some fixed moment; never goes back.
  func now() -> Duration
  /// - Throws: CancellationError when the task is cancelled first.
  func sleep(until deadline: Duration) async throws
}

/// The system's monotonic clock.
public struct SystemTime: TimeSource {
  private let clock = ContinuousClock()
  private let start = ContinuousClock.now

  public init() {}

  public func now() -> Duration { start.duration(to: clock.now) }

  public func sleep(until deadline: Duration) async throws {
    try await clock.sleep(until: start.advanced(by: deadline))
  }
}
