import FoundationEssentials

/// Moments as metav1.Time has them: whole seconds, RFC 3339 in JSON.
enum Timestamp {
  static var now: String { text(Int64(Date().timeIntervalSince1970)) }

  static func text(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }

  /// Seconds since 1970 of a text like "2026-11-21T02:04:37Z"; nil for anything else.
  static func seconds(_ text: String) -> Int64? {
    guard let date = try? Date(text, strategy: .iso8601) else { return nil }
    return Int64(date.timeIntervalSince1970)
  }
}
