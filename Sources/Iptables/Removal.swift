/// Takes rules of ours out of force.
public enum Removal {
  /// Every chain that belongs to a Service proxy in IPVS mode, kube-proxy's included: whoever replaces it cleans up
  /// for it as well. kubelet's KUBE-FIREWALL, KUBE-KUBELET-CANARY and KUBE-IPTABLES-HINT are not among them.
  public static let chains: [ChainID] =
    ["KUBE-SERVICES", "KUBE-POSTROUTING", "KUBE-MARK-MASQ", "KUBE-NODE-PORT", "KUBE-LOAD-BALANCER"]
    .map { ChainID(.nat, $0) }
    + [
      "KUBE-FORWARD", "KUBE-NODE-PORT", "KUBE-PROXY-FIREWALL", "KUBE-SOURCE-RANGES-FIREWALL",
      "KUBE-IPVS-NO-LOCAL", "KUBE-IPVS-FILTER", "KUBE-IPVS-OUT-FILTER",
    ].map { ChainID(.filter, $0) }
    + [ChainID(.mangle, "KUBE-IPVS-MANGLE-OUT")]

  /// Input for `iptables-restore --noflush` that removes the chains and every rule of the kernel's own chains that
  /// leads to them; empty when none is there.
  ///
  /// A chain that a chain of another program leads to is in use, and stays with its rules and with the chains it
  /// leads to itself.
  public static func restoreText(of chains: [ChainID] = chains, in saved: SavedRules) -> String {
    Table.allCases.map { table in
      let names = chains.filter { $0.table == table }.map(\.name)
      return restoreText(of: names, in: saved.tables[table] ?? [:], table)
    }.joined()
  }

  private static func restoreText(
    of names: [String], in saved: [String: SavedRules.SavedChain], _ table: Table
  ) -> String {
    let inUse = chainsInUse(among: Set(names), in: saved)
    let leaving = names.filter { saved[$0] != nil && !inUse.contains($0) }
    guard !leaving.isEmpty else { return "" }
    var deletions: [String] = []
    for (origin, chain) in saved.sorted(by: { $0.key < $1.key }) where chain.policy != nil {
      for rule in chain.rules where rule.target.map(leaving.contains) ?? false {
        deletions.append("-D \(origin) \(rule)")
      }
    }
    let lines =
      ["*\(table.rawValue)"] + leaving.map { ":\($0) - [0:0]" } + deletions
      + leaving.map { "-X \($0)" } + ["COMMIT\n"]
    return lines.joined(separator: "\n")
  }

  private static func chainsInUse(
    among names: Set<String>, in saved: [String: SavedRules.SavedChain]
  ) -> Set<String> {
    func targets(of chain: SavedRules.SavedChain) -> Set<String> {
      names.intersection(chain.rules.compactMap(\.target))
    }
    var inUse: Set<String> = []
    for (name, chain) in saved where chain.policy == nil && !names.contains(name) {
      inUse.formUnion(targets(of: chain))
    }
    var pending = inUse
    while let name = pending.popFirst() {
      guard let chain = saved[name] else { continue }
      let found = targets(of: chain).subtracting(inUse)
      inUse.formUnion(found)
      pending.formUnion(found)
    }
    return inUse
  }
}
