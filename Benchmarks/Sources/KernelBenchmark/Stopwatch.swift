import Glibc

/// Wall time, processor time and waits since it was made.
struct Stopwatch {
  private let start = ContinuousClock.now
  private let usage = Stopwatch.usage()

  /// "cold 1.234567 0.100000 0.900000 12": seconds of wall time, of user and of system CPU time, and how often a thread
  /// slept and woke up again. What else was measured follows, as "name=seconds".
  func print(_ name: String, details: [(name: String, duration: Duration)] = []) {
    let wall = start.duration(to: .now)
    let now = Self.usage()
    let times = [wall, now.user - usage.user, now.system - usage.system].map(Self.seconds)
    let rest = details.map { "\($0.name)=\(Self.seconds($0.duration))" }
    Swift.print(([name] + times + ["\(now.waits - usage.waits)"] + rest).joined(separator: " "))
  }

  private struct Usage {
    var user: Duration
    var system: Duration
    var waits: Int
  }

  private static func usage() -> Usage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Usage(user: duration(usage.ru_utime), system: duration(usage.ru_stime), waits: usage.ru_nvcsw)
  }

  private static func duration(_ time: timeval) -> Duration {
    .seconds(time.tv_sec) + .microseconds(time.tv_usec)
  }

  private static func seconds(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    return "\(Double(seconds) + Double(attoseconds / 1_000_000_000_000) / 1e6)"
  }
}
