import Inspection
import Terminal

/// The lines of `top`: sums, titles, the Services from the view's position on, and the keys in the bottom line.
struct TrafficScreen {
  private static let keys =
    "c conn/s  a active  i in  o out  n name  r real servers  arrows, pages  q quit"

  /// In the view's order.
  let rows: [ServiceTraffic]
  let view: TrafficView
  /// What is to be told in the line below the sums; empty for nothing.
  var notice = ""

  /// Services and real servers, as many as there is room for: lines, and how many Services are there whole.
  private func body(_ height: Int) -> (lines: [TrafficColumns.Line], services: Int) {
    var lines: [TrafficColumns.Line] = []
    var services = 0
    for row in rows.dropFirst(min(view.position, max(rows.count - 1, 0))) where lines.count < height {
      let block = block(row)
      let room = height - lines.count
      if block.count <= room {
        lines += block
        services += 1
      } else if services == 0 {
        // Its end can't be scrolled to.
        lines += block.prefix(room - 1)
        lines.append(TrafficColumns.Line(name: "  and \(block.count - room + 1) more", numbers: []))
      } else {
        lines += block.prefix(room)
      }
    }
    return (lines, services)
  }

  private func block(_ row: ServiceTraffic) -> [TrafficColumns.Line] {
    let servers = view.showsRealServers ? view.order.sorted(row.realServers ?? []) : []
    return [TrafficColumns.Line(row)] + servers.map { TrafficColumns.Line($0) }
  }

  /// Lines around the Services.
  private static let frame = 4

  /// How many Services a screen of this height shows whole, for paging.
  func page(height: Int) -> Int { body(max(height - Self.frame, 0)).services }

  /// - Parameters:
  ///   - display: its width cuts the lines.
  ///   - height: in lines.
  /// - Returns: that many lines.
  func lines(_ display: Display, height: Int) -> [String] {
    let room = max(height - Self.frame, 0)
    let body = body(room).lines
    let columns = TrafficColumns(for: body, display)
    let width = display.width ?? .max
    let filling = Array(repeating: "", count: max(room - body.count, 0))
    let lines =
      [
        TrafficColumns.cut(sums, to: width),
        display.paint(TrafficColumns.cut(notice.printable, to: width), .warning),
        columns.text(TrafficColumns.titles),
      ] + body.map(columns.text) + filling
      + [display.paint(TrafficColumns.cut(Self.keys, to: width), .faint)]
    return Array(lines.suffix(max(height, 0)))
  }

  private var sums: String {
    let rates = rows.compactMap(\.rates)
    let sum = rates.isEmpty ? nil : rates.reduce(TrafficRates(), +)
    let place = rows.isEmpty ? "" : " from \(min(view.position, rows.count - 1) + 1)"
    return "\(RateText.count(sum?.connections)) conn/s, \(RateText.bytes(sum?.incomingBytes))/s in, "
      + "\(RateText.bytes(sum?.outgoingBytes))/s out; \(rows.count) Services\(place), by \(view.order.title)"
  }

  /// For pipes: titles and all rows, whole.
  static func table(_ rows: [ServiceTraffic], order: TrafficOrder, _ display: Display) -> [String] {
    let screen = TrafficScreen(rows: order.sorted(rows), view: TrafficView(order: order))
    let lines = screen.rows.flatMap(screen.block)
    let columns = TrafficColumns(for: lines, display)
    return [columns.text(TrafficColumns.titles)] + lines.map(columns.text)
  }
}
