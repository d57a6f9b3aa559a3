/// What a scalar is by YAML 1.1, as Kubernetes reads it.
public enum ScalarValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  /// A fraction, or an integer past 64 bits: no field that is read takes one.
  case otherNumber
  case string

  /// The type of a scalar without quotes and tag.
  public init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": self = .bool(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": self = .bool(false)
    default: self = Self.number(text) ?? .string
    }
  }

  private static func number(_ text: String) -> ScalarValue? {
    let sign = text.hasPrefix("-") ? "-" : ""
    let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    guard let first = unsigned.utf8.first, first == UInt8(ascii: ".") || isDigit(first) else { return nil }
    let digits = unsigned.filter { $0 != "_" }
    for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] where digits.hasPrefix(prefix) {
      return integer(sign, digits.dropFirst(2), radix: radix)
    }
    if digits.utf8.allSatisfy(isDigit) {
      // A leading zero means octal; with an 8 or 9 in it, it is a decimal float to YAML 1.1.
      guard digits.count > 1, digits.hasPrefix("0") else { return integer(sign, digits[...], radix: 10) }
      return integer(sign, digits.dropFirst(), radix: 8) ?? .otherNumber
    }
    let isFloat = digits.utf8.allSatisfy { isDigit($0) || ".eE+-".utf8.contains($0) } && Double(digits) != nil
    return isFloat ? .otherNumber : nil
  }

  private static func integer(_ sign: String, _ digits: Substring, radix: Int) -> ScalarValue? {
    if let value = Int(sign + digits, radix: radix) { return .integer(value) }
    return !digits.isEmpty && digits.allSatisfy { $0.hexDigitValue.map { $0 < radix } ?? false }
      ? .otherNumber : nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
