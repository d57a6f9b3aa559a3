/// Go's text for a time span, as Kubernetes has it in flags and annotations: "30s", "1h30m", "1.5m", "0"
/// (https://pkg.go.dev/time#ParseDuration).
enum GoDuration {
  private static let nanoseconds: [String: UInt64] = [
    "ns": 1, "us": 1_000, "\u{B5}s": 1_000, "\u{3BC}s": 1_000, "ms": 1_000_000, "s": 1_000_000_000,
    "m": 60_000_000_000, "h": 3_600_000_000_000,
  ]

  /// Nil for anything else, for a negative span, and past Go's limit of 2^63 nanoseconds (292 years).
  static func parse(_ text: String) -> Duration? {
    var rest = text.hasPrefix("+") ? text.dropFirst() : text[...]
    if rest == "0" { return .zero }
    guard !rest.isEmpty else { return nil }
    var total: UInt64 = 0
    while !rest.isEmpty {
      guard let part = nextPart(&rest) else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow, sum <= UInt64(Int64.max) else { return nil }
      total = sum
    }
    return .nanoseconds(Int64(total))
  }

  /// A number with its unit, in nanoseconds.
  private static func nextPart(_ rest: inout Substring) -> UInt64? {
    let whole = digits(&rest)
    var fraction: Substring?
    if rest.first == "." {
      rest.removeFirst()
      fraction = digits(&rest)
    }
    guard !whole.isEmpty || fraction?.isEmpty == false else { return nil }
    let name = rest.prefix { $0 != "." && !isDigit($0) }
    rest.removeFirst(name.count)
    guard let unit = nanoseconds[String(name)], let count = whole.isEmpty ? 0 : UInt64(whole) else {
      return nil
    }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    let (sum, carry) = product.addingReportingOverflow(part(of: unit, fraction ?? ""))
    return carry ? nil : sum
  }

  /// What the digits behind the point are worth, rounded down; those past the nanosecond don't count.
  private static func part(of unit: UInt64, _ fraction: Substring) -> UInt64 {
    var value: UInt64 = 0
    var scale: UInt64 = 1
    // 13 digits resolve a nanosecond of an hour.
    for digit in fraction.utf8.prefix(13) {
      value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
      scale *= 10
    }
    let (high, low) = value.multipliedFullWidth(by: unit)
    return scale.dividingFullWidth((high, low)).quotient
  }

  private static func digits(_ rest: inout Substring) -> Substring {
    let digits = rest.prefix(while: isDigit)
    rest.removeFirst(digits.count)
    return digits
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}
