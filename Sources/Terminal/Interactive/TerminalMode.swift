import Glibc
import Synchronization

/// How the terminal at standard input treats what is typed (termios(3)).
struct TerminalMode: Sendable {
  private var settings: termios

  static var current: TerminalMode {
    var settings = termios()
    tcgetattr(STDIN_FILENO, &settings)
    return TerminalMode(settings: settings)
  }

  /// Keys come at once and aren't shown; Ctrl-C and Ctrl-Z go on to be signals.
  var unbuffered: TerminalMode {
    var copy = self
    copy.settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    return copy
  }

  func set() {
    var copy = settings
    tcsetattr(STDIN_FILENO, TCSADRAIN, &copy)
  }
}

/// What is written to a terminal besides text: ECMA-48, and xterm's private modes.
enum ControlSequence {
  /// To the other screen, whose content isn't kept; the cursor hidden.
  static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J"
  static let leave = "\u{1B}[?25h\u{1B}[?1049l"
  static let home = "\u{1B}[H"
  static let clearLine = "\u{1B}[K"
}

/// A decoder that handlers share, one at a time.
final class DecoderBox: Sendable {
  private let decoder = Mutex(KeyDecoder())

  func keys(in bytes: some Sequence<UInt8>) -> [Key] { decoder.withLock { $0.keys(in: bytes) } }
}
