extension RuleSet {
  /// Input for `iptables-restore --noflush`; empty when there is nothing to do.
  ///
  /// Each table is put in force as a whole. A chain is emptied by its declaration and filled again, one that is
  /// missing is made; chains that aren't named stay as they are. Jumps go to the top of their chain, so give only
  /// those that are missing (see `missing(from:)`).
  public var restoreText: String {
    Table.allCases.map(restoreText).joined()
  }

  private func restoreText(_ table: Table) -> String {
    let chains = chains.filter { $0.id.table == table }
    // Each goes in above the one before, so the last goes first.
    let jumps = jumps.reversed().filter { $0.table == table }
    guard !chains.isEmpty || !jumps.isEmpty else { return "" }
    var lines = ["*\(table.rawValue)"]
    lines += chains.map { ":\($0.id.name) - [0:0]" }
    lines += jumps.map { "-I \($0.origin) \($0.rule)" }
    lines += chains.flatMap { chain in chain.rules.map { "-A \(chain.id.name) \($0)" } }
    lines.append("COMMIT\n")
    return lines.joined(separator: "\n")
  }

  /// The part of this set that isn't in force: chains that are missing or hold other rules, and jumps that are
  /// missing. A jump that is there stays where it is, whatever its comment and its place: another program may have
  /// put its own above on purpose. A chain without rules is only to be emptied: it isn't made unless a jump of this set
  /// leads to it. Empty when all is in force.
  ///
  /// `spellings` are rules that this node's iptables prints for a chain in other words than ours; they are taken as
  /// right too.
  public func missing(from saved: SavedRules, spellings: [ChainID: [Rule]] = [:]) -> RuleSet {
    let targets = Set(jumps.map { ChainID($0.table, $0.target) })
    return RuleSet(
      chains: chains.filter { chain in
        guard let found = saved.rules(of: chain.id) else {
          return !chain.rules.isEmpty || targets.contains(chain.id)
        }
        return found != chain.rules && found != spellings[chain.id]
      },
      jumps: jumps.filter { jump in
        let origin = saved.rules(of: ChainID(jump.table, jump.origin)) ?? []
        return !origin.contains { $0.alwaysJumps(to: jump.target) }
      })
  }
}

extension RuleSet: CustomStringConvertible {
  /// "chains nat KUBE-SERVICES, filter KUBE-FORWARD; jumps nat PREROUTING to KUBE-SERVICES", for the log.
  public var description: String {
    var parts: [String] = []
    if !chains.isEmpty { parts.append("chains " + chains.map(\.id.description).joined(separator: ", ")) }
    if !jumps.isEmpty {
      let names = jumps.map { "\($0.table.rawValue) \($0.origin) to \($0.target)" }
      parts.append("jumps " + names.joined(separator: ", "))
    }
    return parts.joined(separator: "; ")
  }
}
