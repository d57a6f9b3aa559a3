import Dispatch
import Glibc

/// The whole terminal for one program: keys as they are pressed, and a screen that is drawn over. The terminal is as it
/// was when `with` ends, however it ends, also by a signal that asks the process to end, and while it is stopped.
public final class FullScreen {
  public enum Event: Hashable, Sendable {
    case key(Key)
    /// To be drawn anew: another size, or back after a stop.
    case redraw
    /// SIGINT (Ctrl-C), SIGTERM or SIGHUP.
    case end
  }

  public struct Size: Hashable, Sendable {
    public var columns: Int
    public var rows: Int

    public init(columns: Int, rows: Int) {
      self.columns = columns
      self.rows = rows
    }
  }

  /// What people press and the system says, in order.
  public let events: AsyncStream<Event>
  private let feed: AsyncStream<Event>.Continuation
  private let canvas = Canvas()
  private let sources: [any DispatchSourceProtocol]

  private static let endings = [SIGINT, SIGTERM, SIGHUP]

  /// Whether keys and screen are a terminal that can be drawn on.
  public static var isPossible: Bool {
    let kind = getenv("TERM").map { String(cString: $0) } ?? ""
    return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !["", "dumb"].contains(kind)
  }

  /// Takes the terminal for as long as the body runs. Once a process.
  public static func with(_ body: (FullScreen) async -> Void) async {
    let screen = FullScreen()
    screen.canvas.take()
    await body(screen)
    screen.finish()
  }

  private init() {
    (events, feed) = AsyncStream.makeStream(of: Event.self)
    let (feed, canvas) = (feed, canvas)
    sources =
      [Self.keys(feed)]
      + Self.endings.map { Self.signal($0) { feed.yield(.end) } }
      + [
        Self.signal(SIGWINCH) { feed.yield(.redraw) },
        Self.signal(SIGTSTP) {
          canvas.giveBack()
          // Not kill(2): another thread could get it, and this one go on for a while.
          raise(SIGSTOP)
        },
        // Also after a stop that nobody was told of.
        Self.signal(SIGCONT) {
          canvas.take()
          feed.yield(.redraw)
        },
      ]
    for source in sources { source.activate() }
  }

  /// As it is now.
  public static var size: Size {
    var window = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
      return Size(columns: 80, rows: 24)
    }
    return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
  }

  /// Draws over what is there, in one write so that nothing flickers.
  /// - Parameter lines: from the top, each as long as the screen is wide at most; what is below is cleared.
  public func show(_ lines: [String]) {
    let rows = Self.size.rows
    let missing = max(rows - lines.count, 0)
    let all = lines.prefix(rows) + Array(repeating: "", count: missing)
    // Cleared first: behind a full line the cursor still stands on its last character.
    let text = all.map { ControlSequence.clearLine + $0 }.joined(separator: "\r\n")
    canvas.draw(ControlSequence.home + text)
  }

  private func finish() {
    for source in sources { source.cancel() }
    feed.finish()
    canvas.close()
    for number in Self.endings + [SIGTSTP] { Glibc.signal(number, SIG_DFL) }
  }

  // MARK: - Where events come from

  private static func keys(_ feed: AsyncStream<Event>.Continuation) -> any DispatchSourceProtocol {
    let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: queue)
    let decoder = DecoderBox()
    source.setEventHandler { @Sendable in
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = read(STDIN_FILENO, &bytes, bytes.count)
      // The terminal has gone.
      guard count > 0 else {
        feed.yield(.end)
        feed.finish()
        return
      }
      for key in decoder.keys(in: bytes.prefix(count)) { feed.yield(.key(key)) }
    }
    return source
  }

  private static func signal(_ number: Int32, _ action: @escaping @Sendable () -> Void)
    -> any DispatchSourceProtocol
  {
    Glibc.signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
    source.setEventHandler { @Sendable in action() }
    return source
  }

  /// One thing at a time.
  private static let queue = DispatchQueue(label: "terminal")
}
