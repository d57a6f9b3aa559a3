import KernelFakes
import Reconciler

/// How one scenario went. Durations in milliseconds.
struct Row: Encodable {
  let scenario: String
  let services: Int
  let changes: Int
  let resyncs: Int
  let median: Double
  let percentile99: Double
  let worst: Double
  let inFlight: Double
  let batches: Int
  let objects: Int
  /// Microseconds of processor time for each change, start and resyncs included; depends on the machine.
  let processorTime: Double
  /// In MB of 10^6 bytes; depends on the machine.
  let memory: [Double]
}

extension Row {
  /// Changes were lost, or the end isn't what a fresh start gives.
  struct Wrong: Error {
    let scenario: String
    let unfinished: Int
  }

  static func measure(_ scenario: Scenario) async throws(Wrong) -> Row {
    let before = Machine.processorTime()
    let report = await Churn(scenario.settings).run()
    let time = Machine.processorTime() - before
    guard report.unfinished == 0, report.final == report.expected, !report.waits.isEmpty else {
      throw Wrong(scenario: scenario.name, unfinished: report.unfinished)
    }
    func wait(_ share: Double) -> Double {
      milliseconds(report.waits[Int(Double(report.waits.count - 1) * share)])
    }
    return Row(
      scenario: scenario.name, services: scenario.settings.services, changes: report.waits.count,
      resyncs: report.readings - 1, median: wait(0.5), percentile99: wait(0.99), worst: wait(1),
      inFlight: milliseconds(report.longestCall), batches: report.longest.batches,
      objects: report.longest.objects,
      processorTime: milliseconds(time) * 1000 / Double(report.waits.count),
      memory: report.memory.map { Double($0) / 1_000_000 })
  }

  private static func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }

  static func table(_ rows: [Row]) -> String {
    let titles = [
      "changes", "Services", "resyncs", "median", "99 %", "worst ms", "in flight", "batches", "objects",
      "µs a change", "MB",
    ]
    let lines = [titles] + rows.map(\.cells)
    let widths = titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      zip(line, widths).enumerated().map { column, cell in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + padding : padding + cell.0
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private var cells: [String] {
    [
      scenario, String(services), String(resyncs), Self.tenths(median), Self.tenths(percentile99),
      Self.tenths(worst), Self.tenths(inFlight), String(batches), String(objects),
      String(Int(processorTime)), memory.map(Self.tenths).joined(separator: " → "),
    ]
  }

  private static func tenths(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
