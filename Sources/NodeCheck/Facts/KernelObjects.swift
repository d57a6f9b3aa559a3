import Addressing
import Iptables

/// After how many seconds of silence IPVS forgets a connection.
public struct ConnectionTimeouts: Hashable, Sendable {
  public var tcp: UInt32
  public var udp: UInt32

  public init(tcp: UInt32, udp: UInt32) {
    self.tcp = tcp
    self.udp = udp
  }
}

/// The virtual servers of the kernel.
public struct VirtualServers: Hashable, Sendable {
  public var count: Int
  public var realServerCount: Int
  /// Those that no KUBE- set records, as `address:port/protocol`, sorted.
  public var foreign: [String]

  public init(count: Int = 0, realServerCount: Int = 0, foreign: [String] = []) {
    self.count = count
    self.realServerCount = realServerCount
    self.foreign = foreign
  }
}

/// The rules of one family in one of iptables' two backends.
public struct RuleStore: Hashable, Sendable {
  /// The program that changes them: "iptables-nft", "ip6tables-legacy", or "iptables" where it has no other name.
  public var program: String
  public var family: IPFamily
  /// Whether rules of ours would go here.
  public var isInUse: Bool
  public var saved: Fact<Rules>

  public init(program: String, family: IPFamily, isInUse: Bool, saved: Fact<Rules>) {
    self.program = program
    self.family = family
    self.isInUse = isInUse
    self.saved = saved
  }

  /// Chains of the tables mangle, nat and filter by name.
  public struct Rules: Hashable, Sendable {
    public var tables: [Table: [String: Chain]] = [:]

    public init(_ saved: SavedRules = SavedRules()) {
      for (table, chains) in saved.tables {
        tables[table] = chains.mapValues { Chain(policy: $0.policy, rules: $0.rules) }
      }
    }

    var isEmpty: Bool {
      tables.values.allSatisfy { $0.values.allSatisfy { $0.rules.isEmpty && $0.policy != "DROP" } }
    }
  }

  public struct Chain: Hashable, Sendable {
    /// "ACCEPT" or "DROP" for the kernel's own chains.
    public var policy: String?
    public var rules: [Rule]
  }
}

/// Tables of nftables and their chains that drop what no rule accepts.
public struct NFTables: Hashable, Sendable {
  /// "inet firewalld", as `nft list tables` names them.
  public var tables: [String] = []
  public var dropping: [BaseChain] = []

  public init(tables: [String] = [], dropping: [BaseChain] = []) {
    self.tables = tables
    self.dropping = dropping
  }

  public struct BaseChain: Hashable, Sendable {
    public var table: String
    public var name: String
    /// "input", "output", "forward", …
    public var hook: String

    public init(table: String, name: String, hook: String) {
      self.table = table
      self.name = name
      self.hook = hook
    }
  }

  /// From what `nft list chains` prints.
  public init(listing text: String) {
    var chain = ""
    for line in text.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.first == "table", words.count >= 3 {
        tables.append("\(words[1]) \(words[2])")
      } else if words.first == "chain", words.count >= 2 {
        chain = String(words[1])
      } else if let hook = words.firstIndex(of: "hook"), hook + 1 < words.count, line.contains("policy drop")
      {
        dropping.append(BaseChain(table: tables.last ?? "", name: chain, hook: String(words[hook + 1])))
      }
    }
  }
}
