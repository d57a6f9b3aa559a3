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
  /// is cut to fit, and told so by "…".
  public func lines(_ display: Display) -> [String] {
    let widths = titles.indices.map { column in
      max(titles[column].count, rows.map { $0[column].text.count }.max() ?? 0)
    }
    let heading = titles.map { Cell($0, .heading) }
    return ([heading] + rows).map { line($0, widths, display) }
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ display: Display) -> String {
    var text = ""
    var column = 0
    let last = cells.lastIndex { !$0.text.isEmpty } ?? 0
    for (index, cell) in cells.enumerated() where index <= last {
      let isLastColumn = index == cells.count - 1
      let shown = isLastColumn ? cut(cell.text, from: column, display) : cell.text
      text += display.paint(shown, cell.tone)
      if index < last {
        text += String(repeating: " ", count: widths[index] - cell.text.count + Self.gap)
        column += widths[index] + Self.gap
      }
    }
    return text
  }

  private func cut(_ text: String, from column: Int, _ display: Display) -> String {
    // Less than a word's room says nothing: then the terminal may wrap it.
    guard let width = display.width, width - column >= 8, text.count > width - column else { return text }
    return text.prefix(width - column - 1) + "…"
  }
}
