import Glibc

/// Where text goes: to people at a terminal, or on to a program or a file.
public struct Display: Hashable, Sendable {
  /// In columns; nil where nothing is cut.
  public var width: Int?
  public var hasColor: Bool

  public init(width: Int? = nil, hasColor: Bool = false) {
    self.width = width
    self.hasColor = hasColor
  }

  /// What standard output is. Colour only on a terminal that isn't dumb, and not with NO_COLOR (https://no-color.org).
  public static func ofStandardOutput() -> Display {
    guard isatty(STDOUT_FILENO) == 1 else { return Display() }
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let isPlain = !variable("NO_COLOR").isEmpty || variable("TERM") == "dumb"
    return Display(width: isKnown ? Int(size.ws_col) : nil, hasColor: !isPlain)
  }

  private static func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }

  /// The text in the colour of its tone; as it is where there are no colours.
  public func paint(_ text: String, _ tone: Tone) -> String {
    guard hasColor, let code = tone.code, !text.isEmpty else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}

/// What a text says besides its words.
public enum Tone: Hashable, Sendable {
  case plain, heading, good, warning, bad, faint

  /// SGR parameters of ECMA-48.
  var code: String? {
    switch self {
    case .plain: nil
    case .heading: "1"
    case .good: "32"
    case .warning: "33"
    case .bad: "31"
    case .faint: "2"
    }
  }
}

extension String {
  /// Without control characters, each of which becomes "?": nothing that comes from outside steers a terminal.
  public var printable: String {
    guard unicodeScalars.contains(where: \.isControl) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? "?" : $0 }))
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
