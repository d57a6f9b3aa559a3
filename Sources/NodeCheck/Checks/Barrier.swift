import Addressing
import Iptables

/// The point in one of the kernel's own chains that no packet passes which nothing accepted before.
struct Barrier {
  let chain: String
  /// What stands before it and accepts, in the chain or in those it leads to.
  let accepts: [Rule]
  /// The number of the rule that drops or rejects all; nil for the policy.
  let ruleNumber: Int?

  /// Nil where the chain lets through what no rule drops.
  init?(_ name: String, in chains: [String: RuleStore.Chain]) {
    guard let chain = chains[name] else { return nil }
    var accepts: [Rule] = []
    for (index, rule) in chain.rules.enumerated() {
      let target = rule.target ?? ""
      if rule.isUnconditional, target == "ACCEPT" { return nil }
      if rule.isUnconditional, ["DROP", "REJECT"].contains(target) {
        (self.chain, self.accepts, ruleNumber) = (name, accepts, index + 1)
        return
      }
      var seen: Set<String> = [name]
      accepts += Self.accepting(rule, in: chains, &seen)
    }
    guard chain.policy == "DROP" else { return nil }
    (self.chain, self.accepts, ruleNumber) = (name, accepts, nil)
  }

  /// The rules that accept, of those that this rule leads to.
  private static func accepting(
    _ rule: Rule, in chains: [String: RuleStore.Chain], _ seen: inout Set<String>
  ) -> [Rule] {
    guard let target = rule.target else { return [] }
    if target == "ACCEPT" { return [rule] }
    guard let next = chains[target], seen.insert(target).inserted else { return [] }
    return next.rules.flatMap { accepting($0, in: chains, &seen) }
  }

  func sentence(_ store: RuleStore) -> String {
    let how = ruleNumber.map { "rule \($0) stops everything" } ?? "policy DROP"
    return "\(chain) of \(store.program) has \(how)"
  }

  /// Where a rule of iptables has to go to stand before it.
  var insertion: String { ruleNumber.map { "-I \(chain) \($0)" } ?? "-A \(chain)" }
}

extension Rule {
  /// Whether it has no condition; a comment is none, nor is a rate or a counter expected here.
  var isUnconditional: Bool {
    var rest = words
    while let match = rest.firstIndex(of: "--comment"), match >= 2, match + 1 < rest.count {
      rest.removeSubrange((match - 2)...(match + 1))
    }
    return rest.first == "-j" || rest.first == "-g"
  }

  /// The sets that hold addresses of Services; that of health check ports, say, has an accepting rule of ours.
  private static let serviceSets = Set(
    ["CLUSTER-IP", "EXTERNAL-IP", "EXTERNAL-IP-LOCAL", "LOAD-BALANCER", "IPVS-IPS"].flatMap {
      ["KUBE-\($0)", "KUBE-6-\($0)"]
    })

  /// Whether it accepts traffic to Services: by their sets, or by their networks.
  func opensServices(_ facts: NodeFacts) -> Bool {
    if let index = words.firstIndex(of: "--match-set"), index + 1 < words.count,
      Self.serviceSets.contains(words[index + 1]), index == 0 || words[index - 1] != "!"
    {
      return true
    }
    let addresses = facts.virtualAddresses.map { IPNetwork(host: $0) }
    return opensDestination(facts.wanted.serviceNetworks + addresses)
  }

  /// Whether it accepts traffic to any of these networks as a whole.
  func opensDestination(_ networks: [IPNetwork]) -> Bool {
    guard let index = words.firstIndex(of: "-d"), index + 1 < words.count,
      index == 0 || words[index - 1] != "!",
      let open = IPNetwork(words[index + 1])
    else { return false }
    return networks.contains {
      open.family == $0.family && open.prefixLength <= $0.prefixLength && open.overlaps($0)
    }
  }

  var acceptsReplies: Bool {
    guard let index = words.firstIndex(where: { $0 == "--ctstate" || $0 == "--state" }),
      index + 1 < words.count
    else { return false }
    return words[index + 1].contains("ESTABLISHED")
  }
}
