import Durations

/// From a flag's text to a value, by pflag's and strconv's rules.
enum FlagValue {
  /// Throws when the text can't be such a value at all.
  static func parse(_ text: String, as type: ValueType) throws(ValueFlaw) -> SettingValue {
    switch type {
    case .bool:
      guard let value = bool(text) else { throw ValueFlaw("must be true or false, not '\(text)'") }
      return .bool(value)
    case .int32:
      guard let value = integer(text), Int32(exactly: value) != nil else {
        throw ValueFlaw("must be a whole number of 32 bits, not '\(text)'")
      }
      return .integer(value)
    case .level:
      guard let value = UInt32(text), value <= Int32.max, text.first != "+" else {
        throw ValueFlaw("must be a whole number, 0 or more, not '\(text)'")
      }
      return .integer(Int(value))
    case .float32:
      guard let value = Float(text), value.isFinite else {
        throw ValueFlaw("must be a number, not '\(text)'")
      }
      return .number(Double(value))
    case .duration:
      guard let duration = GoDuration.parse(text) else { throw .noDuration(text) }
      return .duration(duration)
    case .strings: return .list(list(text))
    case .featureGates: return .gates(try gates(text))
    case .quantity:
      guard isQuantity(text) else { throw ValueFlaw("must be a number of bytes like 64Ki, not '\(text)'") }
      return .text(text)
    case .pattern:
      for part in text.split(separator: ",") {
        let sides = part.split(separator: "=", omittingEmptySubsequences: false)
        guard sides.count == 2, !sides[0].isEmpty, UInt32(sides[1]) != nil else {
          throw ValueFlaw("must be pattern=N, comma-separated; '\(part)' isn't")
        }
      }
      return .text(text)
    case .string, .ip, .ipPort, .proxyMode, .localMode, .version: return .text(text)
    }
  }

  /// strconv.ParseBool.
  static func bool(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": true
    case "0", "f", "F", "false", "FALSE", "False": false
    default: nil
    }
  }

  /// strconv.ParseInt with base 0: 0x, 0o, 0b, and a leading 0 for octal.
  static func integer(_ text: String) -> Int? {
    let sign = text.first.map { "+-".contains($0) } == true ? String(text.prefix(1)) : ""
    let digits = text.dropFirst(sign.count).lowercased()
    guard let first = digits.first, first.isNumber else { return nil }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
      return digits.count > 2 && digits.dropFirst(2).first?.isHexDigit == true
        ? Int(sign + digits.dropFirst(2), radix: radix) : nil
    }
    return Int(sign + digits, radix: first == "0" && digits.count > 1 ? 8 : 10)
  }

  /// pflag reads a list as a line of comma-separated values; items may be quoted.
  private static func list(_ text: String) -> [String] {
    guard !text.isEmpty else { return [] }
    return text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let item = String(part).trimmed
      let isQuoted = item.count >= 2 && item.first == "\"" && item.last == "\""
      return isQuoted ? String(item.dropFirst().dropLast()) : item
    }
  }

  private static func gates(_ text: String) throws(ValueFlaw) -> [String: Bool] {
    var gates: [String: Bool] = [:]
    for part in text.split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, let value = bool(String(sides[1]).trimmed) else {
        throw ValueFlaw("must be Name=true or Name=false, comma-separated; '\(part)' is not")
      }
      gates[String(sides[0]).trimmed] = value
    }
    return gates
  }

  /// A number with a suffix of Kubernetes' quantities (apimachinery/pkg/api/resource).
  static func isQuantity(_ text: String) -> Bool {
    let number = text.prefix { $0.isASCII && ($0.isNumber || "+-.".contains($0)) }
    let suffixes = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
    return Double(number) != nil && suffixes.contains(String(text.dropFirst(number.count)))
  }
}

extension ValueFlaw {
  static func noDuration(_ text: String) -> ValueFlaw {
    ValueFlaw("must be a duration like 30s, 1m30s or 250ms, not '\(text)'")
  }
}
