import Inspection
import Reconciler
import Terminal

/// `top`: a reading every while, and a screen after each and after each key.
public struct LiveTraffic {
  enum Event: Hashable, Sendable {
    /// The time for a reading.
    case tick
    case screen(FullScreen.Event)
  }

  private var reader: TrafficReader
  private var view: TrafficView
  private var rows: [ServiceTraffic]
  private var notice: String
  private let display: @Sendable () -> (Display, height: Int)
  private let show: ([String]) -> Void

  /// - Parameters:
  ///   - reader: that has taken a first reading.
  ///   - rows: what that was.
  ///   - order: to begin with.
  ///   - display: the screen as it is at the moment.
  ///   - show: draws its lines.
  init(
    _ reader: TrafficReader, rows: [ServiceTraffic], order: TrafficOrder,
    display: @escaping @Sendable () -> (Display, height: Int), show: @escaping ([String]) -> Void
  ) {
    self.reader = reader
    self.rows = rows
    view = TrafficView(order: order)
    self.display = display
    self.show = show
    notice = Self.notice(reader, rows)
  }

  /// Takes the terminal until somebody leaves.
  /// - Parameters:
  ///   - reader: that has taken a first reading.
  ///   - rows: what that was.
  ///   - order: to begin with.
  ///   - interval: between two readings.
  public static func follow(
    _ reader: TrafficReader, rows: [ServiceTraffic], order: TrafficOrder, every interval: Duration
  ) async {
    let hasColor = Display.ofStandardOutput().hasColor
    await FullScreen.with { screen in
      var live = LiveTraffic(
        reader, rows: rows, order: order,
        display: {
          let size = FullScreen.size
          return (Display(width: size.columns, hasColor: hasColor), size.rows)
        }, show: { screen.show($0) })
      await live.run(screen.events, every: interval)
    }
  }

  /// Until somebody leaves, with a pause of `interval` between two readings.
  mutating func run(_ events: AsyncStream<FullScreen.Event>, every interval: Duration) async {
    let (stream, feed) = AsyncStream.makeStream(of: Event.self)
    let keys = Task { for await event in events { feed.yield(.screen(event)) } }
    // The pause begins after a reading: where readings take long, keys are heard between them all the same.
    let pause = {
      _ = Task {
        try? await Task.sleep(for: interval)
        feed.yield(.tick)
      }
    }
    pause()
    await run(stream, afterReading: pause)
    keys.cancel()
    feed.finish()
  }

  /// Until somebody leaves or there are no more events. A reading that fails is told on the screen.
  mutating func run(_ events: AsyncStream<Event>, afterReading: () -> Void = {}) async {
    draw()
    for await event in events {
      switch event {
      case .tick:
        await read()
        afterReading()
      case .screen(.key(let key)):
        view.press(key, count: rows.count, page: screen.page(height: display().height))
        rows = view.order.sorted(rows)
      case .screen(.redraw): break
      case .screen(.end): return
      }
      if view.isFinished { return }
      draw()
    }
  }

  private var screen: TrafficScreen { TrafficScreen(rows: rows, view: view, notice: notice) }

  private func draw() {
    let (display, height) = display()
    show(screen.lines(display, height: height))
  }

  private mutating func read() async {
    let start = min(view.position, max(rows.count - 1, 0))
    do {
      rows = try await reader.read(view.order, window: start..<start + max(display().height, 0))
      notice = Self.notice(reader, rows)
    } catch {
      notice = "\(error)"
    }
  }

  private static func notice(_ reader: TrafficReader, _ rows: [ServiceTraffic]) -> String {
    if rows.isEmpty { return "IPVS has no virtual servers, or none of this namespace" }
    return reader.hasNames ? "" : "no ipvs-proxy answers: addresses instead of names"
  }

  /// For pipes: titles and all rows, whole.
  public static func table(_ rows: [ServiceTraffic], order: TrafficOrder, _ display: Display) -> [String] {
    TrafficScreen.table(rows, order: order, display)
  }
}
