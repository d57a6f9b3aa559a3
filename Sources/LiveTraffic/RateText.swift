/// Rates in few characters: three digits, and the letter of a power of 1000.
enum RateText {
  private static let prefixes = ["", "k", "M", "G", "T", "P", "E"]

  /// "0", "0.5", "12", "999", "1.2k". "-" for what isn't known.
  static func count(_ value: Double?) -> String {
    guard let value else { return "-" }
    let (digits, prefix) = scaled(value)
    return digits + prefix
  }

  /// "0 B", "999 B", "1.2 kB", "34 MB". "-" for what isn't known.
  static func bytes(_ value: Double?) -> String {
    guard let value else { return "-" }
    // A fraction of a byte a second is nothing anybody asks for.
    let (digits, prefix) = scaled(value.rounded())
    return "\(digits) \(prefix)B"
  }

  private static func scaled(_ value: Double) -> (digits: String, prefix: String) {
    var (value, power) = (value, 0)
    // What would be rounded to 1000 has the next prefix.
    while value >= 999.5, power < prefixes.count - 1 {
      value /= 1000
      power += 1
    }
    // Whole from 10 on; below, tenths where there are any.
    let tenths = Int((value * 10).rounded())
    let isWhole = value >= 9.95 || tenths % 10 == 0
    return (isWhole ? "\(Int(value.rounded()))" : "\(tenths / 10).\(tenths % 10)", prefixes[power])
  }
}
