/// Rows for people, one line for each change and size.
struct Table: CustomStringConvertible {
  private static let titles = [
    "change", "Services", "operations", "writing", "reading", "sends", "bytes", "allocations", "allocated",
    "instructions",
  ]
  private var lines: [[String]] = [titles]

  init(_ rows: [Row]) {
    for scenario in rows.map(\.scenario).unique {
      for (index, row) in rows.filter({ $0.scenario == scenario }).enumerated() {
        add(row, title: index == 0 ? scenario : "")
      }
    }
  }

  private mutating func add(_ row: Row, title: String) {
    let traffic = row.cost.traffic
    let numbers = [
      row.services, traffic.operations, traffic.messagesWriting, traffic.messagesReading, traffic.sends,
      traffic.bytes, row.cost.allocations, row.cost.allocatedBytes,
    ]
    lines.append([title] + numbers.map(grouped) + [row.cost.instructions.map(grouped) ?? "-"])
  }

  var description: String {
    let widths = Self.titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      // The first column is text.
      zip(line, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + padding : padding + cell.0
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}

/// "1,000".
func grouped(_ number: Int) -> String {
  let digits = Array(String(number))
  return digits.indices.map { index in
    (index > 0 && (digits.count - index) % 3 == 0 ? "," : "") + String(digits[index])
  }.joined()
}

extension Array where Element: Hashable {
  /// Without repetitions, in the order of first appearance.
  var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
