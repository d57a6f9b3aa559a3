/// One instance of each string that many objects name. Each decoded object brings its own, of 64 bytes and more.
struct SharedStrings: Sendable {
  /// Node names come and go with an autoscaler: what nobody names any more must not stay for ever.
  static let limit = 10_000

  private var strings: Set<String> = []

  var count: Int { strings.count }

  /// Up to 15 bytes are kept in the string itself.
  static func isLong(_ string: String) -> Bool { string.utf8.count > 15 }

  /// The string's equal that was given before, or itself.
  mutating func shared(_ string: String) -> String {
    if !Self.isLong(string) { return string }
    if strings.count >= Self.limit && !strings.contains(string) { strings = [] }
    return strings.insert(string).memberAfterInsert
  }
}
