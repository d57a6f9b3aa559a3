import Inspection
import Terminal

/// The columns of a table of traffic: names on the left, numbers right-aligned, addresses where there is room.
struct TrafficColumns {
  struct Line {
    var name: String
    var numbers: [String]
    var last = ""
    var tone = Tone.plain
  }

  static let titles = Line(
    name: "SERVICE", numbers: ["CONN/S", "ACTIVE", "IN/S", "OUT/S", "DRAINS"], last: "ADDRESSES",
    tone: .heading)
  private static let widths = [9, 9, 10, 10, 9]
  private static let gap = "   "
  /// From this width on the addresses are there.
  private static let wide = 110

  let display: Display
  let nameWidth: Int
  let showsAddresses: Bool

  /// - Parameters:
  ///   - lines: those that are shown, where the display has no width.
  ///   - display: with a width that hasn't to be enough.
  init(for lines: [Line], _ display: Display) {
    self.display = display
    let numbers = Self.widths.reduce(0, +)
    showsAddresses = display.width.map { $0 >= Self.wide } ?? true
    guard let width = display.width else {
      nameWidth = lines.reduce(Self.titles.name.count) { max($0, $1.name.count) }
      return
    }
    nameWidth = showsAddresses ? (width - numbers) / 2 : max(width - numbers, 12)
  }

  /// Cut to the display's width, without blanks at its end.
  func text(_ line: Line) -> String {
    var text = Self.cut(line.name, to: nameWidth).padded(to: nameWidth)
    for (number, width) in zip(line.numbers, Self.widths) { text += number.indented(to: width) }
    if showsAddresses, !line.last.isEmpty { text += Self.gap + line.last }
    let whole = display.width.map { Self.cut(text, to: $0) } ?? text
    return display.paint(whole.trimmingBlanks, line.tone)
  }

  static func cut(_ text: String, to width: Int) -> String {
    text.count <= width ? text : width > 0 ? text.prefix(width - 1) + "…" : ""
  }
}

extension TrafficColumns.Line {
  init(_ row: ServiceTraffic) {
    name = row.title.printable
    numbers =
      Self.numbers(row.rates, row.activeConnections) + [row.drainingRealServers.map { "\($0)" } ?? "-"]
    last = row.namespace.isEmpty ? "" : row.virtualServers.joined(separator: ", ").printable
    tone = (row.drainingRealServers ?? 0) > 0 ? .warning : .plain
  }

  init(_ server: ServiceTraffic.Server) {
    name = "  " + server.name.printable
    numbers = Self.numbers(server.rates, server.activeConnections) + [server.isDraining ? "drains" : ""]
    tone = server.isDraining ? .warning : .faint
  }

  private static func numbers(_ rates: TrafficRates?, _ active: Int?) -> [String] {
    [
      RateText.count(rates?.connections), active.map { RateText.count(Double($0)) } ?? "-",
      RateText.bytes(rates?.incomingBytes), RateText.bytes(rates?.outgoingBytes),
    ]
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 0))
  }

  fileprivate func indented(to width: Int) -> String {
    String(repeating: " ", count: max(width - count, 0)) + self
  }

  fileprivate var trimmingBlanks: String {
    var text = self[...]
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
