import Glibc

/// One instant on two clocks: to measure with, and to show.
public struct Moment: Hashable, Sendable {
  /// Since some fixed moment; never goes back.
  public var elapsed: Duration
  /// Since 1970, in UTC; may jump.
  public var wall: Duration

  public init(elapsed: Duration, wall: Duration) {
    self.elapsed = elapsed
    self.wall = wall
  }

  /// By the system's clocks.
  public static func now() -> Moment {
    Moment(elapsed: read(CLOCK_MONOTONIC), wall: read(CLOCK_REALTIME))
  }

  private static func read(_ clock: clockid_t) -> Duration {
    var time = timespec()
    clock_gettime(clock, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
