/// Text in the macros of man(7).
struct Roff {
  /// Of an input line (mandoc's -Tlint).
  private static let width = 78

  private(set) var text = ""
  /// A section begins a paragraph by itself.
  private var isAtSectionStart = false

  mutating func line(_ text: String) { self.text += text + "\n" }

  mutating func title(_ name: String, version: String) {
    line(#".TH \#(Self.quoted(name)) 8 "" \#(Self.quoted(version)) "System administration""#)
    // Names and flags stay whole, and lines of their own length.
    line(".nh")
    line(".ad l")
  }

  mutating func section(_ title: String) {
    line(".SH \(Self.quoted(title))")
    isAtSectionStart = true
  }

  mutating func subsection(_ title: String) { line(".SS \(Self.quoted(title))") }

  mutating func paragraph(_ text: String) {
    beginParagraph()
    flow(text)
  }

  private mutating func beginParagraph() {
    if !isAtSectionStart { line(".PP") }
    isAtSectionStart = false
  }

  /// Lines are broken between words; the reader's terminal breaks them anew.
  private mutating func flow(_ text: String) {
    var current = ""
    for word in text.split(separator: " ") {
      let escaped = Self.escaped(String(word))
      if current.isEmpty {
        current = escaped
      } else if current.count + 1 + escaped.count <= Self.width {
        current += " " + escaped
      } else {
        line(current)
        current = escaped
      }
    }
    line(current)
  }

  mutating func synopsis(_ text: String) {
    beginParagraph()
    line(".B \(Self.quoted(text))")
  }

  /// A tag in bold, and what it means.
  mutating func item(_ tag: String, _ text: String) {
    line(".TP")
    line(".B \(Self.quoted(tag))")
    flow(text)
    isAtSectionStart = false
  }

  mutating func verbatim(_ lines: [String]) {
    beginParagraph()
    line(".nf")
    line(".RS 2")
    for text in lines { line(Self.escaped(text)) }
    line(".RE")
    line(".fi")
  }

  mutating func references(_ pages: [(name: String, section: Int)]) {
    for (index, page) in pages.enumerated() {
      let comma = index < pages.count - 1 ? "," : ""
      line(".BR \(Self.quoted(page.name)) \"(\(page.section))\(comma)\"")
    }
  }

  /// An argument of a macro.
  private static func quoted(_ text: String) -> String {
    "\"" + escaped(text).replacing("\"", with: "\\(dq") + "\""
  }

  /// Without what troff takes for its own: a dash is a minus, to be copied; quotes are those of a shell (groff_char(7)).
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "…": result += "..."
      case "–": result += "\\(en"
      case "→": result += "\\(->"
      default: result.append(character)
      }
    }
    return result.first == "." ? "\\&" + result : result
  }
}
