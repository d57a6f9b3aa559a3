/// The tables in which rules of ours can be.
public enum Table: String, Hashable, Sendable, CaseIterable {
  case mangle, nat, filter
}

/// A chain by table and name.
public struct ChainID: Hashable, Sendable {
  public let table: Table
  public let name: String

  public init(_ table: Table, _ name: String) {
    self.table = table
    self.name = name
  }
}

extension ChainID: CustomStringConvertible {
  public var description: String { "\(table.rawValue) \(name)" }
}

/// A chain of ours with all its rules, in order.
public struct Chain: Hashable, Sendable {
  public let id: ChainID
  public var rules: [Rule]

  public init(_ table: Table, _ name: String, _ rules: [Rule]) {
    id = ChainID(table, name)
    self.rules = rules
  }
}

/// A rule without conditions that leads from one of the kernel's own chains to one of ours.
public struct Jump: Hashable, Sendable {
  public let table: Table
  /// "PREROUTING", "FORWARD", …
  public let origin: String
  public let target: String
  public let comment: String

  public init(_ table: Table, from origin: String, to target: String, comment: String) {
    self.table = table
    self.origin = origin
    self.target = target
    self.comment = comment
  }

  public var rule: Rule { Rule(words: ["-m", "comment", "--comment", comment, "-j", target]) }
}

/// Chains and the jumps that lead to them: a block of rules, several blocks together, or the part of them that
/// has to be set right.
public struct RuleSet: Hashable, Sendable {
  public var chains: [Chain]
  /// Of several from one chain, the first comes first.
  public var jumps: [Jump]

  public init(chains: [Chain] = [], jumps: [Jump] = []) {
    self.chains = chains
    self.jumps = jumps
  }

  public var isEmpty: Bool { chains.isEmpty && jumps.isEmpty }

  /// Both blocks. They must not share a chain.
  public static func + (left: RuleSet, right: RuleSet) -> RuleSet {
    RuleSet(chains: left.chains + right.chains, jumps: left.jumps + right.jumps)
  }
}
