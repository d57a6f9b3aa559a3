/// Turns bursts of events into one: due when nothing has happened for a while, and at the latest some time after the
/// first, so that a directory that never rests is still read.
struct Debouncer {
  let quietPeriod: Duration
  let longestWait: Duration
  private var first: Duration?
  private var last: Duration = .zero

  /// `longestWait` is ten quiet periods unless told.
  init(quietPeriod: Duration, longestWait: Duration? = nil) {
    self.quietPeriod = quietPeriod
    self.longestWait = longestWait ?? quietPeriod * 10
  }

  /// Times are on any clock that only goes forward.
  mutating func event(at now: Duration) {
    if first == nil { first = now }
    last = now
  }

  /// When to look again; nil when nothing is pending.
  var deadline: Duration? { first.map { min($0 + longestWait, last + quietPeriod) } }

  /// Whether the time has come; what was pending is then settled.
  mutating func isDue(at now: Duration) -> Bool {
    guard let deadline, now >= deadline else { return false }
    first = nil
    return true
  }
}
