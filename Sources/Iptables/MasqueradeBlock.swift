import Addressing

/// The rules that give a packet the node's address as source where the reply would otherwise miss the node.
///
/// Chains, comments, mark and sets are kube-proxy's, in the words iptables-save prints. Their number depends on the
/// cluster CIDRs alone, never on the Services. The sets must exist before the rules are put in force.
public struct MasqueradeBlock: Hashable, Sendable {
  public let family: IPFamily
  /// Where pods have their addresses; those of other families are left out. Traffic from them to a cluster IP keeps
  /// its source.
  public let clusterCIDRs: [IPNetwork]
  /// Whether all traffic to cluster IPs loses its source.
  public let masqueradeAll: Bool
  /// The bit of the packet mark that asks for masquerading, 0...31; kube-proxy's default is 14.
  public let markBit: Int
  /// Whether this node's iptables knows `MASQUERADE --random-fully` (1.6.2 and up).
  public let randomFully: Bool

  public init(
    family: IPFamily, clusterCIDRs: [IPNetwork] = [], masqueradeAll: Bool = false, markBit: Int = 14,
    randomFully: Bool = true
  ) {
    precondition((0...31).contains(markBit), "the packet mark has 32 bits")
    self.family = family
    self.clusterCIDRs = clusterCIDRs.filter { $0.family == family }
    self.masqueradeAll = masqueradeAll
    self.markBit = markBit
    self.randomFully = randomFully
  }

  public var rules: RuleSet {
    let portals = "kubernetes service portals"
    return RuleSet(
      chains: [services, markForMasquerade, postrouting, forward],
      jumps: [
        Jump(.nat, from: "PREROUTING", to: "KUBE-SERVICES", comment: portals),
        Jump(.nat, from: "OUTPUT", to: "KUBE-SERVICES", comment: portals),
        Jump(.nat, from: "POSTROUTING", to: "KUBE-POSTROUTING", comment: "kubernetes postrouting rules"),
        Jump(.filter, from: "FORWARD", to: "KUBE-FORWARD", comment: "kubernetes forwarding rules"),
      ])
  }
}

extension MasqueradeBlock {
  private var services: Chain {
    let loopback = family == .ipv4 ? "127.0.0.0/8" : "::1/128"
    // The last rule keeps a later host port from translating a packet that is for a Service (kubernetes#61938).
    return Chain(
      .nat, "KUBE-SERVICES",
      [Rule("-s \(loopback) -j RETURN")] + clusterIPs
        + [Rule("-m set --match-set \(set("CLUSTER-IP")) dst,dst -j ACCEPT")])
  }

  /// Which traffic to cluster IPs is marked.
  ///
  /// An unbound socket of the node that connects to a virtual IP has that very address as its source, for it is
  /// local. No cluster CIDR holds it, so it is marked like traffic from outside.
  private var clusterIPs: [Rule] {
    let comment = "-m comment --comment \"Kubernetes service cluster ip + port for masquerade purpose\""
    let toClusterIP = "\(comment) -m set --match-set \(set("CLUSTER-IP"))"
    let mark = "-j KUBE-MARK-MASQ"
    if masqueradeAll { return [Rule("\(toClusterIP) dst,dst \(mark)")] }
    // With a network that holds every address, all traffic is local, as it is without any network.
    if clusterCIDRs.isEmpty || clusterCIDRs.contains(where: { $0.prefixLength == 0 }) {
      return [Rule("\(toClusterIP) src,dst \(mark)")]
    }
    // One network: kube-proxy's rule to the letter, so that nothing changes when a node is taken over.
    if clusterCIDRs.count == 1 {
      return [Rule("! -s \(clusterCIDRs[0]) \(toClusterIP) dst,dst \(mark)")]
    }
    return clusterCIDRs.map { Rule("-s \($0) \(toClusterIP) dst,dst -j ACCEPT") }
      + [Rule("\(toClusterIP) dst,dst \(mark)")]
  }

  private var markForMasquerade: Chain {
    Chain(.nat, "KUBE-MARK-MASQ", [Rule("-j MARK --set-xmark \(mark)/\(mark)")])
  }

  /// The first rule is for a pod that reaches itself through a Service. The mark is taken off before masquerading,
  /// so that nobody acts on it a second time.
  private var postrouting: Chain {
    let hairpin = "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose"
    let snat = "kubernetes service traffic requiring SNAT"
    return Chain(
      .nat, "KUBE-POSTROUTING",
      [
        Rule(
          """
          -m comment --comment "\(hairpin)" -m set --match-set \(set("LOOP-BACK")) dst,dst,src -j MASQUERADE
          """),
        Rule("-m mark ! --mark \(mark)/\(mark) -j RETURN"),
        Rule("-j MARK --set-xmark \(mark)/0x0"),
        Rule("-m comment --comment \"\(snat)\" -j MASQUERADE\(randomFully ? " --random-fully" : "")"),
      ])
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

  private func set(_ kind: String) -> String { (family == .ipv4 ? "KUBE-" : "KUBE-6-") + kind }
}
