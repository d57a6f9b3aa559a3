/// Connection tracking, and what has to agree with it.
extension Checks {
  @Sendable static func conntrackTable(_ facts: NodeFacts) -> [Finding] {
    let check = "conntrack-table"
    if case .unreadable(let reason) = facts.settings["net/netfilter/nf_conntrack_max"] {
      return [.unreadable(check, "net.netfilter.nf_conntrack_max", reason)]
    }
    guard let maximum = number(facts, "net/netfilter/nf_conntrack_max"), maximum > 0 else {
      return [.pass(check, "Connection tracking isn't in the kernel yet.")]
    }
    let count = number(facts, "net/netfilter/nf_conntrack_count") ?? 0
    let share = count * 100 / maximum
    let sentence = "\(count) of \(maximum) connections are tracked, \(share) %"
    if share < 75 { return [.pass(check, "\(sentence).")] }
    return [
      .problem(
        check, isGrave: share >= 90, "\(sentence): when the table is full the kernel drops new connections.",
        .init(
          "Make it larger now, and for good with --conntrack-min or --conntrack-max-per-core (conntrack in the config "
            + "file). In a network namespace that isn't the host's it can't be changed: do it on the host.",
          "sysctl -w net.netfilter.nf_conntrack_max=\(maximum * 2)"))
    ]
  }

  /// A connection that one of the two has forgotten and the other hasn't breaks at its next packet: kubernetes#80298,
  /// #84041, #120076.
  @Sendable static func timeouts(_ facts: NodeFacts) -> [Finding] {
    let check = "timeouts"
    guard let ipvs = facts.timeouts.value else {
      if case .unreadable(let reason) = facts.timeouts {
        return [.unreadable(check, "IPVS' timeouts", reason)]
      }
      return [.pass(check, "IPVS has no timeouts before it is loaded.")]
    }
    var found: [Finding] = []
    if let tcp = number(facts, "net/netfilter/nf_conntrack_tcp_timeout_established"), tcp > Int(ipvs.tcp) {
      found.append(
        .warn(
          check,
          "IPVS forgets a silent TCP connection after \(ipvs.tcp) s, connection tracking after \(tcp) s: one that is "
            + "silent for longer than \(ipvs.tcp) s is reset at its next packet.",
          .init(
            "Have applications send keep-alives more often, or align the two: start ipvs-proxy with "
              + "--ipvs-tcp-timeout=\(tcp)s.")))
    }
    found += udpTimeouts(check, facts, ipvs: Int(ipvs.udp))
    return problems(
      found, orPass: check, "IPVS remembers connections for as long as connection tracking does.")
  }

  private static func udpTimeouts(_ check: String, _ facts: NodeFacts, ipvs: Int) -> [Finding] {
    let wanted = facts.wanted.udpTimeouts
    func seconds(_ name: String, _ wanted: Int) -> Int? {
      wanted > 0 ? wanted : number(facts, "net/netfilter/nf_conntrack_\(name)")
    }
    let once = seconds("udp_timeout", wanted.conntrack)
    let stream = seconds("udp_timeout_stream", wanted.conntrackStream)
    if let longer = [once, stream].compactMap(\.self).max(), longer > max(ipvs, wanted.ipvs) {
      return [
        .warn(
          check,
          "IPVS forgets a silent UDP flow after \(ipvs) s, connection tracking after \(longer) s: between the two "
            + "packets can go to an endpoint that is gone.",
          .init("Align the two: start ipvs-proxy with --ipvs-udp-timeout=\(longer)s."))
      ]
    }
    // The kernel's own times disagree like this too, and nobody has asked for them.
    guard let answered = stream ?? once, answered < wanted.ipvs else { return [] }
    return [
      .warn(
        check,
        "IPVS is to remember a silent UDP flow for \(wanted.ipvs) s, connection tracking forgets it after "
          + "\(answered) s: the longer time has no effect.",
        .init(
          "Start ipvs-proxy with --conntrack-udp-timeout=\(wanted.ipvs)s and "
            + "--conntrack-udp-timeout-stream=\(wanted.ipvs)s too."))
    ]
  }

  /// A connection of the node's own whose source port is a node port hangs where no rule masquerades it: IPVS takes the
  /// answer for a request (docs/differences.md).
  @Sendable static func portRange(_ facts: NodeFacts) -> [Finding] {
    let check = "port-range"
    let key = "net/ipv4/ip_local_port_range"
    let nodePorts = facts.wanted.nodePorts
    let bounds = (facts.settings[key]?.value ?? "").split { $0 == "\t" || $0 == " " }.compactMap {
      UInt16($0)
    }
    guard bounds.count == 2, bounds[0] <= bounds[1] else {
      return [.unreadable(check, "net.ipv4.ip_local_port_range", "the kernel doesn't show it")]
    }
    let reserved = (facts.settings["net/ipv4/ip_local_reserved_ports"]?.value ?? "").split(separator: ",")
    let isReserved = reserved.contains { range in
      let ends = range.split(separator: "-").compactMap { UInt16($0) }
      guard let first = ends.first, let last = ends.last else { return false }
      return first <= nodePorts.lowerBound && last >= nodePorts.upperBound
    }
    guard (bounds[0]...bounds[1]).overlaps(nodePorts), !isReserved else {
      return [
        .pass(check, "Ports \(bounds[0]) to \(bounds[1]) for connections of the node are no node ports.")
      ]
    }
    let range = "\(nodePorts.lowerBound)-\(nodePorts.upperBound)"
    return [
      .warn(
        check,
        "Ports \(bounds[0]) to \(bounds[1]) for connections of the node overlap the node ports \(range): a "
          + "connection that gets a node port as its source can get no answer.",
        .init("Keep the node ports out of it:", "sysctl -w net.ipv4.ip_local_reserved_ports=\(range)"))
    ]
  }
}
