import FoundationEssentials
import Glibc

/// The wall clock as text, for log lines.
enum Timestamp {
  /// "04:05:51.123", local time.
  static func timeOfDay() -> String {
    let (parts, milliseconds) = read(localtime_r)
    return "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(three(milliseconds))"
  }

  /// "2026-11-21T04:05:51.123Z" (RFC 3339).
  static func full() -> String {
    let (parts, milliseconds) = read(gmtime_r)
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(three(milliseconds))Z"
  }

  private static func read(
    _ convert: (UnsafePointer<time_t>, UnsafeMutablePointer<tm>) -> UnsafeMutablePointer<tm>?
  ) -> (tm, Int) {
    let now = Date().timeIntervalSince1970
    var seconds = time_t(now)
    var parts = tm()
    _ = convert(&seconds, &parts)
    return (parts, Int((now - now.rounded(.down)) * 1000))
  }

  private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func three(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 3 - String(number).count)) + String(number)
  }
}
