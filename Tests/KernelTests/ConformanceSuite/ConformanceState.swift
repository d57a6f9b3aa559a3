import Foundation

/// What the recording and the kernel are compared by: one line per fact, "ipvs -A -t 10.96.0.1:443 -s rr".
struct ConformanceState: Equatable {
  var facts: Set<String>

  /// Sets that kube-proxy doesn't have.
  private static let ourSets: Set<String> = ["KUBE-NO-LOCAL-ENDPOINTS", "KUBE-6-NO-LOCAL-ENDPOINTS"]

  /// Sizes of the one conntrack table of the machine: only its first network namespace may write them.
  private static let unwritableSysctls: Set<String> = [
    "net.nf_conntrack_max", "net.netfilter.nf_conntrack_max", "net.netfilter.nf_conntrack_buckets",
  ]

  init(recordedIn step: ConformanceScenario.Step) throws {
    let sysctls = try Self.sysctls(recordedIn: step)
    facts = try Self.facts(
      servers: step.lines("ipvs.txt"), addresses: step.lines("addresses.txt"),
      sets: step.lines("ipsets.txt"), timeouts: step.lines("timeouts.txt"), sysctls: sysctls)
  }

  /// Reads the node's kernel; of the sysctls those named.
  init(of lab: NodeLab, sysctls names: [String]) throws {
    let sysctls = try NamespaceThread.run(lab.node) {
      try names.map { name in
        let path = "/proc/sys/" + name.replacingOccurrences(of: ".", with: "/")
        let value = try String(contentsOfFile: path, encoding: .utf8)
        return (name, value.trimmingCharacters(in: .whitespacesAndNewlines))
      }
    }
    facts = try Self.facts(
      servers: lab.exec(["ipvsadm", "-Sn"]).lines, addresses: lab.boundAddresses(),
      sets: lab.exec(["ipset", "save"]).lines, timeouts: lab.exec(["ipvsadm", "-L", "--timeout"]).lines,
      sysctls: sysctls)
  }

  static func sysctlNames(in step: ConformanceScenario.Step) throws -> [String] {
    try sysctls(recordedIn: step).map(\.name)
  }

  /// What the recorded program has set, as far as a network namespace can.
  static func sysctls(recordedIn step: ConformanceScenario.Step) throws -> [(name: String, value: String)] {
    try step.lines("sysctls.txt").compactMap(target)
  }

  private static func facts(
    servers: [String], addresses: [String], sets: [String], timeouts: [String],
    sysctls: [(name: String, value: String)]
  ) -> Set<String> {
    let members = sets.filter { line in
      let words = line.split(separator: " ")
      return words.count > 1 && words[0] == "add" && !ourSets.contains(String(words[1]))
    }
    return Set(
      // Nothing connects here, so a real server of weight 0 has no connection.
      servers.filter { !$0.hasSuffix(" -w 0") }.map { "ipvs \($0)" }
        + addresses.map { "address \($0)" } + members.map { "set \($0.dropFirst("add ".count))" }
        + timeouts.map { "timeouts \($0.trimmingCharacters(in: .whitespaces))" }
        + sysctls.map { "sysctl \($0.name) = \($0.value)" })
  }

  /// "net.ipv4.vs.conntrack = 0 -> 1": the name, and what it became.
  private static func target(_ line: String) -> (name: String, value: String)? {
    let parts = line.components(separatedBy: " = ")
    guard parts.count == 2, let value = parts[1].components(separatedBy: " -> ").last,
      !unwritableSysctls.contains(parts[0])
    else { return nil }
    return (parts[0], value)
  }
}
