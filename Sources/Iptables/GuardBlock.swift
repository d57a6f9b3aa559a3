import Addressing

/// The rules that keep out what the Service API says to keep out. They go by the members of sets alone, so their number
/// depends on the local detector only.
///
/// Arriving packets cross filter INPUT before IPVS takes them (LOCAL_IN, priority 98), so their guards stand there. What
/// the node sends itself is IPVS' in LOCAL_OUT (-99) before filter OUTPUT sees it (0): the last table that still sees
/// the virtual IP is mangle OUTPUT (-150), which can drop but not reject. What IPVS doesn't take comes back in by lo.
public struct GuardBlock: Hashable, Sendable {
  public let family: IPFamily
  /// Tells traffic of pods, which to a Service with policy Local may use the endpoints of other nodes.
  public let localDetector: LocalDetector
  /// Without guards their chains are emptied where there are any, an earlier run's or kube-proxy's; none is made.
  public let isOn: Bool

  public init(family: IPFamily, localDetector: LocalDetector = .off, isOn: Bool = true) {
    self.family = family
    self.localDetector = localDetector
    self.isOn = isOn
  }

  public var rules: RuleSet {
    let chains = [
      nodeItself, accessFilter, firewall, sourceRanges, noLocalEndpoints, healthChecks,
      // kube-proxy's rules for each load balancer address, whose task nodeItself does.
      Chain(.filter, "KUBE-IPVS-OUT-FILTER", []),
    ]
    guard isOn else {
      return RuleSet(chains: chains.map { Chain($0.id.table, $0.id.name, []) })
    }
    return RuleSet(
      chains: chains,
      jumps: [
        Jump(
          .mangle, from: "OUTPUT", to: "KUBE-IPVS-MANGLE-OUT", comment: "kubernetes ipvs node traffic filter"),
        Jump(.filter, from: "INPUT", to: "KUBE-IPVS-FILTER", comment: "kubernetes ipvs access filter"),
        Jump(.filter, from: "INPUT", to: "KUBE-PROXY-FIREWALL", comment: "kube-proxy firewall rules"),
        Jump(.filter, from: "INPUT", to: "KUBE-NODE-PORT", comment: "kubernetes health check rules"),
      ])
  }
}

extension GuardBlock {
  private static let rangesComment =
    "Kubernetes service load balancer ip + port for load balancer with sourceRange"

  /// Source ranges for the node's own traffic. An unbound socket has the virtual IP as its source, which SOURCE-IP holds
  /// where an address of the node is allowed.
  private var nodeItself: Chain {
    let matches =
      [family.match("LOAD-BALANCER-FW", "dst,dst")]
      + ["LOAD-BALANCER-SOURCE-CIDR", "LOAD-BALANCER-SOURCE-IP"].map {
        family.match($0, "dst,dst,src", isNegated: true)
      }
    return Chain(
      .mangle, "KUBE-IPVS-MANGLE-OUT",
      [rule(Self.rangesComment, matches.joined(separator: " "), "DROP")])
  }

  /// No port of the host behind a virtual IP. Established traffic, which is most of it, leaves by the first rule.
  ///
  /// ICMP passes, so that a virtual IP answers pings.
  private var accessFilter: Chain {
    let isV4 = family == .ipv4
    let served = ["LOAD-BALANCER", "CLUSTER-IP", "EXTERNAL-IP", "EXTERNAL-IP-LOCAL"]
    return Chain(
      .filter, "KUBE-IPVS-FILTER",
      [Rule("-m conntrack ! --ctstate NEW -j RETURN")]
        + served.map { Rule("\(family.match($0, "dst,dst")) -j RETURN") }
        + [
          Rule("\(family.match("HEALTH-CHECK-NODE-PORT", "dst")) -j RETURN"),
          Rule(
            """
            ! -p \(isV4 ? "icmp" : "ipv6-icmp") \(family.match("IPVS-IPS", "dst")) \
            -j REJECT --reject-with \(isV4 ? "icmp" : "icmp6")-port-unreachable
            """),
        ])
  }

  private var firewall: Chain {
    Chain(
      .filter, "KUBE-PROXY-FIREWALL",
      [
        rule(Self.rangesComment, family.match("LOAD-BALANCER-FW", "dst,dst"), "KUBE-SOURCE-RANGES-FIREWALL"),
        rule(
          "Kubernetes service with policy local without local endpoint",
          family.match("NO-LOCAL-ENDPOINTS", "dst,dst"), "KUBE-IPVS-NO-LOCAL"),
      ])
  }

  private var sourceRanges: Chain {
    let name = "Kubernetes service load balancer ip + port + source"
    return Chain(
      .filter, "KUBE-SOURCE-RANGES-FIREWALL",
      [
        rule(
          "\(name) cidr for packet filter purpose", family.match("LOAD-BALANCER-SOURCE-CIDR", "dst,dst,src"),
          "RETURN"),
        rule(
          "\(name) IP for packet filter purpose", family.match("LOAD-BALANCER-SOURCE-IP", "dst,dst,src"),
          "RETURN"),
        Rule("-j DROP"),
      ])
  }

  /// Clients outside get no endpoint of another node. Connections from before, to endpoints that are draining, end in
  /// their own time.
  private var noLocalEndpoints: Chain {
    let passing = ["-m conntrack --ctstate RELATED,ESTABLISHED", "-i lo"] + localDetector.conditions(family)
    return Chain(
      .filter, "KUBE-IPVS-NO-LOCAL", passing.map { Rule("\($0) -j RETURN") } + [Rule("-j DROP")])
  }

  private var healthChecks: Chain {
    Chain(
      .filter, "KUBE-NODE-PORT",
      [rule("Kubernetes health check node port", family.match("HEALTH-CHECK-NODE-PORT", "dst"), "ACCEPT")])
  }

  private func rule(_ comment: String, _ match: String, _ target: String) -> Rule {
    Rule("-m comment --comment \"\(comment)\" \(match) -j \(target)")
  }
}
