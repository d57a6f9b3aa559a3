import FoundationEssentials
import Terminal

/// Answers as programs read them.
enum Printing {
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func yaml(_ value: some Encodable) throws -> String {
    let text = try JSONEncoder().encode(value)
    return YAMLText.document(try JSONDecoder().decode(JSONValue.self, from: text))
  }

  static func print(_ lines: [String]) {
    for line in lines { Swift.print(line) }
  }
}
