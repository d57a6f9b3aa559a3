import Addressing
import Iptables

extension RuleSet {
  /// What an empty node gets that is configured with nothing but its families.
  static func standard(_ family: IPFamily, randomFully: Bool = true) -> RuleSet {
    let rules =
      MasqueradeBlock(family: family, randomFully: randomFully).rules + GuardBlock(family: family).rules
    return rules.missing(from: SavedRules())
  }

  /// What iptables-save prints on a node that has these rules and no others.
  var printed: String {
    Table.allCases.map { table in
      let chains = chains.filter { $0.id.table == table }
      let jumps = jumps.filter { $0.table == table }
      var lines = ["*\(table.rawValue)"]
      lines += Set(jumps.map(\.origin)).sorted().map { ":\($0) ACCEPT [0:0]" }
      lines += chains.map { ":\($0.id.name) - [0:0]" }
      lines += jumps.map { "-A \($0.origin) \($0.rule)" }
      lines += chains.flatMap { chain in chain.rules.map { "-A \(chain.id.name) \($0)" } }
      return lines.joined(separator: "\n") + "\nCOMMIT\n"
    }.joined()
  }

  func without(_ chain: String) -> RuleSet {
    RuleSet(chains: chains.filter { $0.id.name != chain }, jumps: jumps)
  }
}
