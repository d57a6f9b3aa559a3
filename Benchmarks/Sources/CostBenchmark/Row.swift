/// What one scenario cost at one size.
struct Row: Codable {
  static let fullComparison = "full comparison, nothing to do"

  let scenario: String
  let services: Int
  let cost: Cost
}

extension Row {
  /// How many Services of a size each change is made to, spread over all of them.
  private static let repetitions = 5

  /// All changes to a node with that many Services, and a full comparison.
  static func measure(services count: Int, _ instructions: InstructionCounter?) async throws -> [Row] {
    let node = Node(counting: instructions)
    try await node.carryOut((0..<count).flatMap { Sample($0).put })
    instructions?.prepare()
    defer { instructions?.rest() }
    var rows: [Row] = []
    for scenario in Scenario.all {
      let cost = try await measure(scenario, on: node, services: count)
      rows.append(Row(scenario: scenario.name, services: count, cost: cost))
    }
    rows.append(Row(scenario: fullComparison, services: count, cost: try await node.measureResync()))
    return rows
  }

  private static func measure(
    _ scenario: Scenario, on node: Node, services count: Int
  ) async throws -> Cost {
    var costs: [Cost] = []
    // The first time is not counted: it fills caches and makes room in tables.
    for repetition in 0...repetitions {
      let sample = Sample(repetition * (count - 1) / repetitions)
      try await node.carryOut(scenario.before(sample))
      let cost = try await node.measure(scenario.after(sample))
      if repetition > 0 { costs.append(cost) }
      try await node.carryOut(sample.put)
    }
    guard let typical = costs.typical else {
      throw Uneven(scenario: scenario.name, traffic: costs.map(\.traffic))
    }
    return typical
  }
}

/// The same change of two Services that are alike sent something else.
struct Uneven: Error {
  let scenario: String
  let traffic: [Traffic]
}
