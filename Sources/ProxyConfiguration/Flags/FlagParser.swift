/// Command-line arguments taken apart as spf13/pflag does: --name=value, --name value, -x=value, -x value, -xvalue; a
/// switch never takes the next word, and "--" ends the flags.
struct FlagParser {
  /// One flag as it was given.
  struct Occurrence: Sendable {
    let setting: Setting
    /// As the user wrote it, with its dashes.
    let spelling: String
    let text: String
  }

  private(set) var occurrences: [Occurrence] = []
  private(set) var problems: [ConfigurationError.Problem] = []
  private var rest: ArraySlice<String>

  init(_ arguments: [String]) {
    rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--" {
        for word in rest { refuse(word) }
        rest = []
      } else if word.hasPrefix("--") {
        readLong(word)
      } else if word.hasPrefix("-"), word.count > 1 {
        readShort(word)
      } else {
        refuse(word)
      }
    }
  }

  private mutating func readLong(_ word: String) {
    let (spelling, value) = Self.split(word)
    guard let setting = Settings.byFlag[Settings.normalized(spelling.dropFirst(2))] else {
      refuseUnknown(spelling, hasValue: value != nil)
      return
    }
    add(setting, spelling, value)
  }

  /// Shorthands can stand together; the first that takes a value takes the rest of the word.
  private mutating func readShort(_ word: String) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let setting = Settings.all.first(where: { $0.shorthand == letter }) else {
        refuseUnknown(word, hasValue: word.contains("="))
        return
      }
      let spelling = "-\(letter)"
      if letters.first == "=" {
        add(setting, spelling, String(letters.dropFirst()))
        return
      } else if setting.type.isSwitch {
        add(setting, spelling, nil)
      } else {
        add(setting, spelling, letters.isEmpty ? nil : String(letters))
        return
      }
    }
  }

  private mutating func add(_ setting: Setting, _ spelling: String, _ value: String?) {
    let text: String
    if let value {
      text = value
    } else if setting.type.isSwitch {
      text = "true"
    } else if let next = rest.popFirst() {
      text = next
    } else {
      problems.append(.init(spelling, "needs a value"))
      return
    }
    occurrences.append(Occurrence(setting: setting, spelling: spelling, text: text))
  }

  private mutating func refuseUnknown(_ spelling: String, hasValue: Bool) {
    let name = Settings.normalized(spelling.drop { $0 == "-" }.prefix { $0 != "=" })
    let nearest = NearestName.find(name, among: Settings.byFlag.keys)
    problems.append(.init(spelling, "is no flag" + (nearest.map { "; did you mean --\($0)?" } ?? "")))
    // Whatever it would have been, the next word is likely its value.
    if !hasValue, let next = rest.first, !next.hasPrefix("-") { rest.removeFirst() }
  }

  private mutating func refuse(_ word: String) {
    let switchName = occurrences.last.flatMap { $0.setting.type == .bool ? $0.spelling : nil }
    let hint =
      switchName.map { FlagValue.bool(word) == nil ? "" : "; did you mean \($0)=\(word)?" } ?? ""
    problems.append(.init("'\(word)'", "is no flag, and nothing but flags is taken here\(hint)"))
  }

  private static func split(_ word: String) -> (spelling: String, value: String?) {
    guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
    return (String(word[..<equals]), String(word[word.index(after: equals)...]))
  }
}
