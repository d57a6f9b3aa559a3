import Inspection
import Terminal

/// `status` for people: what is wrong first, then how things stand.
struct HealthScreen {
  let status: HealthStatus

  init(_ status: HealthStatus) { self.status = status }

  func lines(_ display: Display) -> [String] {
    let head = status.isHealthy ? display.paint("Healthy", .good) : display.paint("Not healthy", .bad)
    return [head] + status.problems.map { "  " + display.paint($0.printable, .bad) } + [""]
      + facts.map { name, value in
        display.paint((name + ":").padded(to: 12), .heading) + " " + value.printable
      } + sections(display)
  }

  // MARK: - One line each

  private var facts: [(String, String)] {
    var facts: [(String, String)] = []
    if let process = status.process {
      facts = [
        ("Node", process.nodeName),
        ("Process", "\(process.processID), version \(process.version), kernel \(process.kernel)"),
        ("Uptime", Age.text(Int64(process.uptimeSeconds))),
        ("Memory", process.residentBytes.map(Self.mebibytes) ?? "unknown"),
      ]
    }
    let counts = status.counts
    return facts + [
      ("Source", source), ("Last round", lastRound),
      (
        "Wanted",
        [
          Self.count(counts.services, "Service"), Self.count(counts.virtualServers, "virtual server"),
          Self.count(counts.realServers, "real server"), Self.count(counts.addresses, "address", "addresses"),
        ].joined(separator: ", ")
      ), ("Pending", Self.count(counts.pending, "object")), ("Failing", Self.count(counts.failing, "object")),
      ("Draining", Self.count(counts.draining, "real server")),
      (
        "Conflicts",
        "\(counts.conflicts); \(Self.count(counts.refusedAddresses, "address", "addresses")) refused"
      ), ("Drift", drift),
    ]
  }

  private var source: String {
    let parts = status.source.map { source in
      let count = source.objects.map { " (\($0))" } ?? ""
      let trouble = source.problem == nil ? "" : ", in trouble"
      return "\(source.name) \(source.isSynced ? "in sync" : "not in sync")\(count)\(trouble)"
    }
    return parts.isEmpty ? (status.isSourceSynced ? "in sync" : "not in sync") : parts.joined(separator: ", ")
  }

  private var lastRound: String {
    guard let round = status.lastRound else { return "none yet" }
    let outcome =
      round.problem.map { "given up: \($0)" }
      ?? "\(Self.count(round.operations, "operation")), \(round.failedOperations) failed"
    return "\(Age.text(Int64(round.secondsAgo))) ago, \(Int(round.seconds * 1000)) ms"
      + "\(round.isFull ? ", compared with the kernel" : ""), \(outcome)"
  }

  private var drift: String {
    guard status.drift.operations > 0 else { return "none" }
    let last = status.drift.lastSecondsAgo.map { ", last \(Age.text(Int64($0))) ago" } ?? ""
    return Self.count(status.drift.operations, "operation") + " in "
      + Self.count(status.drift.rounds, "round") + ", repaired\(last)"
  }

  /// "1 object", "2 objects".
  private static func count(_ number: Int, _ one: String, _ several: String? = nil) -> String {
    "\(number) \(number == 1 ? one : several ?? one + "s")"
  }

  private static func mebibytes(_ bytes: Int) -> String { "\(bytes / (1 << 20)) MiB" }

  // MARK: - Lists

  private func sections(_ display: Display) -> [String] {
    var failures = TextTable(["FAILING", "SERVICE", "TRIES", "NEXT", "ERROR"])
    for failure in status.failures {
      failures.add([
        .init(failure.object), .init(failure.service ?? "-"), .init("\(failure.attempts)"),
        .init("\(Int(failure.retryInSeconds))s"), .init(failure.error, .bad),
      ])
    }
    var conflicts = TextTable(["CONFLICT", "HELD BY", "WANTED BY"])
    for conflict in status.conflicts {
      conflicts.add([.init(conflict.virtualServer), .init(conflict.heldBy), .init(conflict.wantedBy)])
    }
    var refused = TextTable(["REFUSED", "SERVICE", "WHY"])
    for refusal in status.refusedAddresses {
      refused.add([.init(refusal.address), .init(refusal.service), .init(refusal.reason)])
    }
    let tables = [
      (failures, status.counts.failing - status.failures.count),
      (conflicts, status.counts.conflicts - status.conflicts.count),
      (refused, status.counts.refusedAddresses - status.refusedAddresses.count),
    ]
    return tables.filter { !$0.0.isEmpty }.flatMap { table, more in
      [""] + table.lines(display) + (more > 0 ? ["and \(more) more"] : [])
    }
  }
}

extension String {
  /// With blanks behind it, at least so long.
  func padded(to length: Int) -> String { self + String(repeating: " ", count: max(length - count, 0)) }
}
