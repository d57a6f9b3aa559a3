/// Rows under titles, in columns as wide as they have to be, three blanks apart as kubectl prints them.
public struct TextTable: Sendable {
  public struct Cell: Hashable, Sendable, ExpressibleByStringLiteral {
    public var text: String
    public var tone: Tone

    /// - Parameters:
    ///   - text: one line; control characters are replaced.
    ///   - tone: its colour where there are colours.
    public init(_ text: String, _ tone: Tone = .plain) {
      self.text = text.printable
      self.tone = tone
    }

    public init(stringLiteral text: String) { self.init(text) }
  }

  private static let gap = 3
  /// Less than a word's room says nothing.
  private static let leastRoom = 8

  private let titles: [String]
  private var rows: [[Cell]] = []

  public init(_ titles: [String]) { self.titles = titles }

  public var isEmpty: Bool { rows.isEmpty }

  /// A row that is too short is filled up; what is beyond the titles is left out.
  public mutating func add(_ cells: [Cell]) {
    let missing = max(titles.count - cells.count, 0)
    rows.append(Array(cells.prefix(titles.count)) + Array(repeating: "", count: missing))
  }

  /// One line for the titles and each row, without blanks at their ends. Where the display has a width, the last column
  /// is cut to fit, and told so by "…"; where there is no room for it, it stands below its row.
  public func lines(_ display: Display) -> [String] {
    let widths = titles.indices.map { column in
      max(titles[column].count, rows.map { $0[column].text.count }.max() ?? 0)
    }
    let all = [titles.map { Cell($0, .heading) }] + rows
    let lastColumn = widths.dropLast().reduce(0) { $0 + $1 + Self.gap }
    guard let width = display.width, titles.count > 1, width - lastColumn < Self.leastRoom else {
      return all.map { line($0, widths, Self.gap, display) }
    }
    let others = widths.dropLast()
    // Closer together, before the terminal has to wrap them.
    let gap =
      (1...Self.gap).last { others.reduce(0, +) + $0 * (others.count - 1) <= width } ?? 1
    return all.flatMap { cells in
      let last = cells[cells.count - 1]
      let below = last.text.isEmpty ? [] : ["  " + display.paint(cut(last.text, to: width - 2), last.tone)]
      return [line(Array(cells.dropLast()), Array(others), gap, Display(hasColor: display.hasColor))] + below
    }
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ gap: Int, _ display: Display) -> String {
    var text = ""
    var column = 0
    let last = cells.lastIndex { !$0.text.isEmpty } ?? 0
    for (index, cell) in cells.enumerated() where index <= last {
      let isLastColumn = index == cells.count - 1
      let room = display.width.map { $0 - column }
      let shown = isLastColumn ? room.map { cut(cell.text, to: $0) } ?? cell.text : cell.text
      text += display.paint(shown, cell.tone)
      if index < last {
        text += String(repeating: " ", count: widths[index] - cell.text.count + gap)
        column += widths[index] + gap
      }
    }
    return text
  }

  private func cut(_ text: String, to room: Int) -> String {
    text.count <= room || room < Self.leastRoom ? text : text.prefix(room - 1) + "…"
  }
}
