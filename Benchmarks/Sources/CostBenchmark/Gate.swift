/// What must hold of the counts, whatever the machine: they are as recorded, and a change costs what the change is.
struct Gate {
  /// How much more than recorded is let pass: other versions of the compiler and of the C library count a little
  /// differently.
  static let allocations = 1.05
  static let instructions = 1.10
  /// How much more the same change may cost on the largest node than on the smallest.
  static let growth = 1.20

  let rows: [Row]

  /// - Parameter baseline: what was recorded.
  /// - Returns: what doesn't hold, one sentence each.
  func complaints(_ baseline: [Row]) -> [String] {
    rows.flatMap { row in
      baseline.first { $0.scenario == row.scenario && $0.services == row.services }.map {
        differences(row, $0)
      }
        ?? ["\(Self.name(row)): nothing is recorded"]
    } + grown + writing
  }

  private func differences(_ row: Row, _ recorded: Row) -> [String] {
    var complaints: [String] = []
    if row.cost.traffic != recorded.cost.traffic {
      complaints.append("\(Self.name(row)): \(row.cost.traffic), recorded was \(recorded.cost.traffic)")
    }
    func compare(_ what: String, _ tolerance: Double, _ count: (Cost) -> Int?) {
      guard let now = count(row.cost), let before = count(recorded.cost),
        Double(now) > Double(before) * tolerance
      else { return }
      complaints.append("\(Self.name(row)): \(grouped(now)) \(what), recorded were \(grouped(before))")
    }
    compare("allocations", Self.allocations, \.allocations)
    compare("allocated bytes", Self.allocations, \.allocatedBytes)
    compare("instructions", Self.instructions, \.instructions)
    return complaints
  }

  /// Changes that cost more where there are more Services. A full comparison may: it looks at each of them.
  private var grown: [String] {
    rows.map(\.scenario).unique.filter { $0 != Row.fullComparison }.flatMap { scenario in
      let sizes = rows.filter { $0.scenario == scenario }.sorted { $0.services < $1.services }
      guard let smallest = sizes.first, let largest = sizes.last else { return [String]() }
      var complaints: [String] = []
      if largest.cost.traffic != smallest.cost.traffic {
        complaints.append("\(scenario): what is sent depends on the number of Services")
      }
      func compare(_ what: String, _ count: (Cost) -> Int?) {
        guard let low = count(smallest.cost), let high = count(largest.cost),
          Double(high) > Double(low) * Self.growth
        else { return }
        complaints.append(
          "\(scenario): \(grouped(high)) \(what) at \(grouped(largest.services)) Services, but \(grouped(low)) at "
            + grouped(smallest.services))
      }
      compare("allocated bytes", \.allocatedBytes)
      compare("instructions", \.instructions)
      return complaints
    }
  }

  /// What needs no change must change nothing.
  private var writing: [String] {
    rows.filter {
      ["nothing", Row.fullComparison].contains($0.scenario) && $0.cost.traffic.messagesWriting > 0
    }
    .map {
      "\(Self.name($0)): \($0.cost.traffic.messagesWriting) messages that write where nothing is to change"
    }
  }

  private static func name(_ row: Row) -> String { "\(row.scenario), \(grouped(row.services)) Services" }
}
