/// YAML 1.2 in block style, keys in alphabetical order as kubectl writes them. What every parser of YAML 1.1 reads the
/// same way: whatever could be anything but text is quoted.
public enum YAMLText {
  /// One document, with a newline at its end.
  public static func document(_ value: JSONValue) -> String {
    lines(value).joined(separator: "\n") + "\n"
  }

  private static func lines(_ value: JSONValue) -> [String] {
    switch value {
    case .object(let members) where !members.isEmpty:
      members.sorted { $0.key < $1.key }.flatMap { key, value in entry("\(text(key)):", value) }
    case .array(let items) where !items.isEmpty:
      items.flatMap { item -> [String] in
        let inner = lines(item)
        return ["- \(inner[0])"] + inner.dropFirst().map { "  \($0)" }
      }
    default: [scalar(value)]
    }
  }

  private static func entry(_ key: String, _ value: JSONValue) -> [String] {
    switch value {
    case .object(let members) where !members.isEmpty: [key] + lines(value).map { "  \($0)" }
    // Items stand under their key, as kubectl has them.
    case .array(let items) where !items.isEmpty: [key] + lines(value)
    default: ["\(key) \(scalar(value))"]
    }
  }

  private static func scalar(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): text(value)
    case .array: "[]"
    case .object: "{}"
    }
  }

  private static func text(_ value: String) -> String { isPlain(value) ? value : quoted(value) }

  /// Words that YAML 1.1 takes for something else.
  private static let reserved: Set<String> = [
    "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf",
  ]

  private static func isPlain(_ value: String) -> Bool {
    guard let first = value.unicodeScalars.first, !reserved.contains(value.lowercased()) else { return false }
    // A digit, a sign or a dot may begin a number, a date or a time.
    let begins = first.properties.isAlphabetic || first == "/" || first == "("
    let isSafe = value.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F }
    return begins && isSafe && !value.hasSuffix(" ") && !value.hasSuffix(":") && !value.contains(": ")
      && !value.contains(" #")
  }

  /// In double quotes, with JSON's escapes.
  private static func quoted(_ value: String) -> String {
    var result = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _
      where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028
        || scalar.value == 0x2029:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
