/// Judges facts; the same facts always give the same findings. A check says at least one thing.
typealias Check = @Sendable (NodeFacts) -> [Finding]

extension NodeFacts {
  /// What all checks say, in the order of the list below.
  public var findings: [Finding] { Checks.all.flatMap { $0(self) } }
}

/// A function for each check, in files by topic.
enum Checks {
  static let all: [Check] = [
    // The kernel and what it needs.
    kernelVersion, capabilities, ipvs, scheduler, modules, connectionTable, estimation,
    // Who else is at work.
    proxies, foreignServers, iptablesModeLeftovers, nftablesModeLeftovers, otherProxies, deviceManagers,
    // Packet filters.
    iptables, ruleBackends, inputPolicy, outputPolicy, forwardPolicy, firewalls,
    // Settings.
    ipv4Forwarding, ipv6Forwarding, ipvsConntrack, ipvsExpiry, connectionReuse, strictARP, reversePath,
    bridges,
    // Connection tracking.
    conntrackTable, timeouts, portRange,
    // Addresses.
    addressConflicts, routeConflicts,
  ]

  /// The problems, or that there are none.
  static func problems(_ found: [Finding], orPass check: String, _ sentence: String) -> [Finding] {
    found.isEmpty ? [.pass(check, sentence)] : found
  }

  /// "a, b, c and 7 more"
  static func list(_ items: [String], limit: Int = 3) -> String {
    let shown = items.prefix(limit).joined(separator: ", ")
    return items.count > limit ? "\(shown) and \(items.count - limit) more" : shown
  }
}
