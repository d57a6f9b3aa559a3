import Reconciler

/// What one scenario cost at one size.
struct Row: Encodable {
  let scenario: String
  let services: Int
  let cost: Cost
  let processorTime: Duration

  /// Processor time is left out: what is written can be compared between two runs.
  private enum CodingKeys: CodingKey { case scenario, services, cost }
}

extension Row {
  /// How many Services of a size each change is made to, spread over all of them.
  private static let repetitions = 20

  /// A node that starts with that many Services, all changes to it, and a full comparison.
  static func measure(services count: Int) async throws -> [Row] {
    let node = Node()
    func row(_ scenario: String, _ measurement: Measurement) -> Row {
      Row(
        scenario: scenario, services: count, cost: measurement.cost,
        processorTime: measurement.processorTime)
    }
    var rows = [row("cold start", try await node.measure((0..<count).flatMap { Sample($0).put }))]
    for scenario in Scenario.all {
      rows.append(row(scenario.name, try await measure(scenario, on: node, services: count)))
    }
    rows.append(row("full comparison, nothing to do", try await node.measureResync()))
    return rows
  }

  /// - Returns: what every repetition cost, with the median of their times.
  private static func measure(
    _ scenario: Scenario, on node: Node, services count: Int
  ) async throws -> Measurement {
    var measurements: [Measurement] = []
    for repetition in 0..<repetitions {
      let sample = Sample(repetition * count / repetitions)
      _ = try await node.measure(scenario.before(sample))
      measurements.append(try await node.measure(scenario.after(sample)))
      _ = try await node.measure(sample.put)
    }
    guard let first = measurements.first, measurements.allSatisfy({ $0.cost == first.cost }) else {
      throw Uneven(scenario: scenario.name, costs: measurements.map(\.cost))
    }
    let times = measurements.map(\.processorTime).sorted()
    return Measurement(cost: first.cost, processorTime: times[times.count / 2])
  }
}

/// The same change of two Services that are alike cost differently.
struct Uneven: Error {
  let scenario: String
  let costs: [Cost]
}
