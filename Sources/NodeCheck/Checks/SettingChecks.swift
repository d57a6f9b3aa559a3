import Addressing

/// Kernel settings. A Service proxy sets most of them at its start; on a node that is served, a wrong value means that
/// somebody has changed it back.
extension Checks {
  @Sendable static func ipv4Forwarding(_ facts: NodeFacts) -> [Finding] {
    setting("ip-forward", "net/ipv4/ip_forward", "1", isNeeded: true, "no packet reaches a pod", facts)
  }

  @Sendable static func ipv6Forwarding(_ facts: NodeFacts) -> [Finding] {
    guard facts.wanted.families.contains(.ipv6) else {
      return [.pass("ipv6-forward", "IPv6 isn't served on this node.")]
    }
    return setting(
      "ipv6-forward", "net/ipv6/conf/all/forwarding", "1", isNeeded: false, "no IPv6 packet reaches a pod",
      facts)
  }

  @Sendable static func ipvsConntrack(_ facts: NodeFacts) -> [Finding] {
    setting(
      "ipvs-conntrack", "net/ipv4/vs/conntrack", "1", isNeeded: true,
      "traffic to Services can't be masqueraded",
      facts)
  }

  @Sendable static func ipvsExpiry(_ facts: NodeFacts) -> [Finding] {
    setting(
      "ipvs-expiry", "net/ipv4/vs/expire_nodest_conn", "1", isNeeded: false,
      "connections to an endpoint that is gone hang until they time out", facts)
      + setting(
        "ipvs-expiry", "net/ipv4/vs/expire_quiescent_template", "1", isNeeded: false,
        "session affinity sends clients to endpoints that are going away", facts)
  }

  @Sendable static func connectionReuse(_ facts: NodeFacts) -> [Finding] {
    guard let kernel = facts.kernel.value, kernel.isOlder(than: 5, 9) else {
      return [.pass("conn-reuse", "This kernel handles client ports that are used again by itself.")]
    }
    return setting(
      "conn-reuse", "net/ipv4/vs/conn_reuse_mode", "0", isNeeded: false,
      "connections from a source port used shortly before stall for a second", facts)
  }

  @Sendable static func strictARP(_ facts: NodeFacts) -> [Finding] {
    guard facts.wanted.strictARP else { return [.pass("strict-arp", "Strict ARP isn't asked for.")] }
    let purpose = "this node answers ARP for virtual addresses that another node announces"
    return setting("strict-arp", "net/ipv4/conf/all/arp_ignore", "1", isNeeded: false, purpose, facts)
      + setting("strict-arp", "net/ipv4/conf/all/arp_announce", "2", isNeeded: false, purpose, facts)
  }

  /// The kernel takes the larger of an interface's value and that of "all" (ip-sysctl.rst): 2 is loose.
  @Sendable static func reversePath(_ facts: NodeFacts) -> [Finding] {
    let check = "rp-filter"
    let prefix = "net/ipv4/conf/"
    let values = facts.settings.compactMap { key, value -> (String, Int)? in
      guard key.hasPrefix(prefix), key.hasSuffix("/rp_filter"), let number = value.value.flatMap({ Int($0) })
      else { return nil }
      return (String(key.dropFirst(prefix.count).dropLast("/rp_filter".count)), number)
    }
    guard let all = values.first(where: { $0.0 == "all" })?.1 else {
      return [.unreadable(check, "net.ipv4.conf.all.rp_filter", "the kernel doesn't show it")]
    }
    let strict = values.filter { !["all", "default", "lo"].contains($0.0) && max($0.1, all) == 1 }.map(\.0)
      .sorted()
    guard !strict.isEmpty else { return [.pass(check, "No interface filters by reverse path strictly.")] }
    return [
      .warn(
        check,
        "Strict reverse path filtering (rp_filter=1) on \(list(strict)): the kernel drops, without a word, what arrives "
          + "by another interface than the way back leaves by, as load balancers and some pod networks have it.",
        .init(
          "Make it loose; in /etc/sysctl.d/ for the next boot too:", "sysctl -w net.ipv4.conf.all.rp_filter=2"
        ))
    ]
  }

  static func setting(
    _ check: String, _ key: String, _ wanted: String, isNeeded: Bool, _ consequence: String,
    _ facts: NodeFacts
  ) -> [Finding] {
    let name = String(key.map { $0 == "/" ? "." : $0 })
    switch facts.settings[key] ?? .absent {
    case .known(wanted): return [.pass(check, "\(name) is \(wanted).")]
    case .unreadable(let reason): return [.unreadable(check, name, reason)]
    case .absent where !facts.isServed:
      return [.pass(check, "\(name) isn't there yet; ipvs-proxy sets it to \(wanted) when it starts.")]
    case .absent:
      return [
        .warn(
          check, "\(name) isn't there, so that \(consequence).",
          .init("The kernel shows it once IPVS is loaded:", "modprobe ip_vs"))
      ]
    case .known(let value) where !facts.isServed:
      return [.pass(check, "\(name) is \(value); ipvs-proxy sets it to \(wanted) when it starts.")]
    case .known(let value):
      return [
        .problem(
          check, isGrave: isNeeded, "\(name) is \(value), so that \(consequence).",
          .init(
            "Set it, and find out who changes it (files in /etc/sysctl.d, a configuration tool):",
            "sysctl -w \(name)=\(wanted)"))
      ]
    }
  }
}
