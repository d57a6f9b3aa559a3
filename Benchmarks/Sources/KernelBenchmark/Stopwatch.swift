import Glibc

/// Wall and processor time since it was made.
struct Stopwatch {
  private let start = ContinuousClock.now
  private let usage = Stopwatch.usage()

  /// "cold 1.234567 0.100000 0.900000": seconds of wall time, of user and of system CPU time.
  func print(_ name: String) {
    let wall = start.duration(to: .now)
    let now = Self.usage()
    let seconds = [
      Double(wall.components.seconds) + Double(wall.components.attoseconds) / 1e18,
      now.user - usage.user, now.system - usage.system,
    ]
    Swift.print(([name] + seconds.map { "\(Double(Int($0 * 1e6)) / 1e6)" }).joined(separator: " "))
  }

  private static func usage() -> (user: Double, system: Double) {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return (seconds(usage.ru_utime), seconds(usage.ru_stime))
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
