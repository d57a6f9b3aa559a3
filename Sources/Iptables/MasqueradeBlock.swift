import Addressing

/// The rules that give a packet the node's address as source where the reply would otherwise miss the node.
///
/// Chains, comments, mark and sets are kube-proxy's, in the words iptables-save prints. Their number depends on the
/// local detector alone, never on the Services: rules of empty sets are there too. The sets must exist before the rules
/// are put in force.
public struct MasqueradeBlock: Hashable, Sendable {
  public let family: IPFamily
  /// Tells traffic of pods, which to a cluster IP keeps its source.
  public let localDetector: LocalDetector
  /// Whether all traffic to cluster IPs loses its source.
  public let masqueradeAll: Bool
  /// The bit of the packet mark that asks for masquerading, 0...31; kube-proxy's default is 14.
  public let markBit: Int
  /// Whether this node's iptables knows `MASQUERADE --random-fully` (1.6.2 and up).
  public let randomFully: Bool
  /// The source ports that TCP, UDP and SCTP get when they are masqueraded, 1 and up; nil leaves the choice to the
  /// kernel.
  public let ports: ClosedRange<UInt16>?

  public init(
    family: IPFamily, localDetector: LocalDetector = .off, masqueradeAll: Bool = false, markBit: Int = 14,
    randomFully: Bool = true, ports: ClosedRange<UInt16>? = nil
  ) {
    precondition((0...31).contains(markBit), "the packet mark has 32 bits")
    precondition(ports?.lowerBound != 0, "port 0 is no source port")
    self.family = family
    self.localDetector = localDetector
    self.masqueradeAll = masqueradeAll
    self.markBit = markBit
    self.randomFully = randomFully
    self.ports = ports
  }

  public var rules: RuleSet {
    let portals = "kubernetes service portals"
    return RuleSet(
      chains: [services, markForMasquerade, loadBalancer, nodePort, postrouting, forward],
      jumps: [
        Jump(.nat, from: "PREROUTING", to: "KUBE-SERVICES", comment: portals),
        Jump(.nat, from: "OUTPUT", to: "KUBE-SERVICES", comment: portals),
        Jump(.nat, from: "POSTROUTING", to: "KUBE-POSTROUTING", comment: "kubernetes postrouting rules"),
        Jump(.filter, from: "FORWARD", to: "KUBE-FORWARD", comment: "kubernetes forwarding rules"),
      ])
  }
}

extension MasqueradeBlock {
  private static let toMark = "-j KUBE-MARK-MASQ"

  /// First what is marked, then what is done with, then the node ports.
  ///
  /// ACCEPT keeps a later host port from translating a packet that is for a Service (kubernetes#61938). It stands before
  /// the node ports, whose sets know ports only: a Service whose own port is a node port of another isn't marked for it.
  private var services: Chain {
    let loopback = family == .ipv4 ? "127.0.0.0/8" : "::1/128"
    let accepted = ["CLUSTER-IP", "LOAD-BALANCER", "EXTERNAL-IP", "EXTERNAL-IP-LOCAL"]
    return Chain(
      .nat, "KUBE-SERVICES",
      [Rule("-s \(loopback) -j RETURN"), noLocalEndpoints]
        + [rule("Kubernetes service lb portal", "LOAD-BALANCER", "-j KUBE-LOAD-BALANCER")]
        + clusterIPs + externalIPs
        + accepted.map { Rule("\(family.match($0, "dst,dst")) -j ACCEPT") }
        + [Rule("-m addrtype --dst-type LOCAL -j KUBE-NODE-PORT")])
  }

  /// With policy Local and no endpoint here, the servers are on other nodes. Whoever passes the guard, or all where
  /// there is no guard, would get the reply from a stranger without this.
  private var noLocalEndpoints: Rule {
    rule("Kubernetes service with policy local without local endpoint", "NO-LOCAL-ENDPOINTS", Self.toMark)
  }

  /// Which traffic to cluster IPs is marked.
  ///
  /// An unbound socket of the node that connects to a virtual IP has that very address as its source, for it is
  /// local. No detector calls it a pod's, so it is marked like traffic from outside.
  private var clusterIPs: [Rule] {
    func to(_ target: String, of directions: String = "dst,dst", when condition: String = "") -> Rule {
      rule(
        "Kubernetes service cluster ip + port for masquerade purpose", "CLUSTER-IP", target, of: directions,
        when: condition)
    }
    if masqueradeAll { return [to(Self.toMark)] }
    let conditions = localDetector.conditions(family)
    if conditions.isEmpty { return [to(Self.toMark, of: "src,dst")] }
    // One network: kube-proxy's rule to the letter. An interface isn't negated likewise, for before Linux 5.5 an
    // nftables rule that asks for it never matches what the node sends itself, negated or not.
    if conditions.count == 1, case .networks = localDetector {
      return [to(Self.toMark, when: "! \(conditions[0])")]
    }
    return conditions.map { to("-j ACCEPT", when: $0) } + [to(Self.toMark)]
  }

  /// Policy Local keeps all sources but one: an unbound socket of the node has the virtual IP itself as its source, as
  /// said above, and loses it like with any other policy.
  private var externalIPs: [Rule] {
    [
      rule(
        "Kubernetes service external ip + port for masquerade and filter purpose", "EXTERNAL-IP", Self.toMark),
      rule(
        "Kubernetes service external ip + port from the node itself", "EXTERNAL-IP-LOCAL", Self.toMark,
        of: "src,dst"),
    ]
  }

  private var loadBalancer: Chain {
    Chain(
      .nat, "KUBE-LOAD-BALANCER",
      [
        rule(
          "Kubernetes service load balancer ip + port from the node itself", "LOAD-BALANCER-LOCAL",
          Self.toMark, of: "src,dst"),
        rule(
          "Kubernetes service load balancer ip + port with externalTrafficPolicy=local",
          "LOAD-BALANCER-LOCAL",
          "-j RETURN"),
        Rule(Self.toMark),
      ])
  }

  private var nodePort: Chain {
    Chain(
      .nat, "KUBE-NODE-PORT",
      nodePorts("tcp", suffix: "TCP") + nodePorts("udp", suffix: "UDP")
        + nodePorts("sctp", suffix: "SCTP-HASH", "dst,dst", note: " with type 'hash ip:port'"))
  }

  private func nodePorts(
    _ transport: String, suffix: String, _ directions: String = "dst", note: String = ""
  ) -> [Rule] {
    let comment = "Kubernetes nodeport \(transport.uppercased()) port"
    return [
      rule(
        "\(comment) with externalTrafficPolicy=local\(note)", "NODE-PORT-LOCAL-\(suffix)", "-j RETURN",
        of: directions, when: "-p \(transport)"),
      rule(
        "\(comment) for masquerade purpose\(note)", "NODE-PORT-\(suffix)", Self.toMark, of: directions,
        when: "-p \(transport)"),
    ]
  }

  private var markForMasquerade: Chain {
    Chain(.nat, "KUBE-MARK-MASQ", [Rule("-j MARK --set-xmark \(mark)/\(mark)")])
  }

  /// The first rule is for a pod that reaches itself through a Service. The mark is taken off before masquerading,
  /// so that nobody acts on it a second time.
  private var postrouting: Chain {
    let snat = "kubernetes service traffic requiring SNAT"
    return Chain(
      .nat, "KUBE-POSTROUTING",
      masquerading {
        rule(
          "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose", "LOOP-BACK", $1,
          of: "dst,dst,src", when: $0)
      } + [
        Rule("-m mark ! --mark \(mark)/\(mark) -j RETURN"),
        Rule("-j MARK --set-xmark \(mark)/0x0"),
      ]
        + masquerading {
          Rule("\($0) -m comment --comment \"\(snat)\" \($1)\(randomFully ? " --random-fully" : "")")
        })
  }

  /// The rule that masquerades; where there are ports to keep to, one more for each protocol that has ports, since
  /// iptables takes `--to-ports` only with a protocol. `rule` makes a rule of a condition and a target.
  private func masquerading(_ rule: (_ condition: String, _ target: String) -> Rule) -> [Rule] {
    let all = rule("", "-j MASQUERADE")
    guard let ports else { return [all] }
    let target = "-j MASQUERADE --to-ports \(ports.lowerBound)-\(ports.upperBound)"
    return ["tcp", "udp", "sctp"].map { rule("-p \($0)", target) } + [all]
  }

  private var forward: Chain {
    Chain(
      .filter, "KUBE-FORWARD",
      [
        Rule("-m comment --comment \"kubernetes forwarding rules\" -m mark --mark \(mark)/\(mark) -j ACCEPT"),
        Rule(
          """
          -m comment --comment "kubernetes forwarding conntrack rule" \
          -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
          """),
      ])
  }

  private var mark: String { "0x" + String(UInt32(1) << UInt32(markBit), radix: 16) }

  private func rule(
    _ comment: String, _ set: String, _ target: String, of directions: String = "dst,dst",
    when condition: String = ""
  ) -> Rule {
    Rule("\(condition) -m comment --comment \"\(comment)\" \(family.match(set, directions)) \(target)")
  }
}
