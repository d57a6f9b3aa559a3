/// Go's text for a span of time, as Kubernetes has it in flags, config files and annotations: "30s", "1h2m3.5s",
/// "-250ms", "0" (https://pkg.go.dev/time#ParseDuration, #Duration.String).
public enum GoDuration {
  private static let units: [(name: String, nanoseconds: Int64)] = [
    ("ns", 1), ("us", 1_000), ("\u{B5}s", 1_000), ("\u{3BC}s", 1_000), ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000), ("h", 3_600_000_000_000),
  ]

  /// Nil for any other text, and past Go's limit of 2^63 nanoseconds (292 years).
  public static func parse(_ text: String) -> Duration? {
    var rest = text[...]
    let isNegative = rest.first == "-"
    if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
    if rest == "0" { return .zero }
    guard !rest.isEmpty else { return nil }
    var total: Int64 = 0
    while !rest.isEmpty {
      guard let part = nextPart(&rest) else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow else { return nil }
      total = sum
    }
    return .nanoseconds(isNegative ? -total : total)
  }

  /// As Go writes it: "15m0s", "1h0m0s", "1.5s", "250ms", "0s".
  public static func text(_ duration: Duration) -> String {
    if duration < .zero { return "-" + text(.zero - duration) }
    let (seconds, attoseconds) = duration.components
    let nanoseconds = attoseconds / 1_000_000_000
    if seconds == 0 { return subsecondText(nanoseconds) }
    let second = decimal(seconds % 60, nanoseconds, digits: 9) + "s"
    let minute = seconds / 60 % 60
    if seconds >= 3600 { return "\(seconds / 3600)h\(minute)m\(second)" }
    return minute > 0 ? "\(minute)m\(second)" : second
  }

  private static func subsecondText(_ nanoseconds: Int64) -> String {
    switch nanoseconds {
    case 0: "0s"
    case ..<1_000: "\(nanoseconds)ns"
    case ..<1_000_000: decimal(nanoseconds / 1_000, nanoseconds % 1_000, digits: 3) + "\u{B5}s"
    default: decimal(nanoseconds / 1_000_000, nanoseconds % 1_000_000, digits: 6) + "ms"
    }
  }

  /// "whole.fraction" without zeros at the end; the fraction counts units of 10^-digits.
  private static func decimal(_ whole: Int64, _ fraction: Int64, digits: Int) -> String {
    guard fraction > 0 else { return "\(whole)" }
    let text = "\(fraction)"
    var padded = String(repeating: "0", count: digits - text.count) + text
    while padded.last == "0" { padded.removeLast() }
    return "\(whole).\(padded)"
  }

  /// A number with its unit, in nanoseconds.
  private static func nextPart(_ rest: inout Substring) -> Int64? {
    let whole = digits(&rest)
    var fraction = Substring()
    if rest.first == "." {
      rest.removeFirst()
      fraction = digits(&rest)
    }
    guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
    let name = rest.prefix { $0 != "." && !isDigit($0) }
    rest.removeFirst(name.count)
    guard let unit = units.first(where: { $0.name == name })?.nanoseconds,
      let count = whole.isEmpty ? 0 : Int64(whole)
    else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    let (sum, carry) = product.addingReportingOverflow(part(of: unit, fraction))
    return carry ? nil : sum
  }

  /// What the digits behind the point are worth, rounded down.
  private static func part(of unit: Int64, _ fraction: Substring) -> Int64 {
    var value: UInt64 = 0
    var scale: UInt64 = 1
    // 13 digits resolve a nanosecond of an hour.
    for digit in fraction.utf8.prefix(13) {
      value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
      scale *= 10
    }
    let (high, low) = value.multipliedFullWidth(by: UInt64(unit))
    return Int64(scale.dividingFullWidth((high, low)).quotient)
  }

  private static func digits(_ rest: inout Substring) -> Substring {
    let digits = rest.prefix(while: isDigit)
    rest.removeFirst(digits.count)
    return digits
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}
