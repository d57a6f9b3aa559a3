/// Rows for people. Sizes at which a change costs the same share a line: one line says that the size doesn't matter.
struct Table: CustomStringConvertible {
  private static let titles = [
    "change", "Services", "operations", "writing", "reading", "sends", "bytes", "processor time*",
  ]
  private var lines: [[String]] = [titles]

  init(_ rows: [Row]) {
    for scenario in rows.map(\.scenario).unique {
      let ofScenario = rows.filter { $0.scenario == scenario }
      for cost in ofScenario.map(\.cost).unique { add(ofScenario.filter { $0.cost == cost }, scenario, cost) }
    }
  }

  private mutating func add(_ rows: [Row], _ scenario: String, _ cost: Cost) {
    let numbers = [cost.operations, cost.messagesWriting, cost.messagesReading, cost.sends, cost.bytes]
    lines.append(
      [scenario, rows.map { grouped($0.services) }.joined(separator: " ")] + numbers.map(grouped)
        + [rows.map { milliseconds($0.processorTime) }.joined(separator: " ")])
  }

  var description: String {
    let widths = Self.titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      // The first two columns are text.
      zip(line, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column < 2 ? cell.0 + padding : padding + cell.0
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// "1,000".
  private func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    return digits.indices.map { index in
      (index > 0 && (digits.count - index) % 3 == 0 ? "," : "") + String(digits[index])
    }.joined()
  }

  /// "0.05 ms", "1234 ms".
  private func milliseconds(_ duration: Duration) -> String {
    let microseconds = Int(duration / .microseconds(1))
    if microseconds >= 10_000 { return "\(microseconds / 1000) ms" }
    let hundredths = microseconds / 10
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) ms"
  }
}

extension Array where Element: Hashable {
  /// Without repetitions, in the order of first appearance.
  fileprivate var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
