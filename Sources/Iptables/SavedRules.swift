/// What iptables-save(8) printed, as far as it concerns us. Counters and tables that are never ours are left out.
public struct SavedRules: Equatable, Sendable {
  /// One chain as it was printed.
  public struct SavedChain: Equatable, Sendable {
    /// "ACCEPT" or "DROP" for the kernel's own chains, nil for the others.
    public let policy: String?
    /// Rules as printed, without "-A CHAIN". Split into words only when asked for: there can be a hundred thousand
    /// of other programs.
    public internal(set) var lines: [Substring]

    public var rules: [Rule] { lines.map { Rule($0) } }
  }

  public private(set) var tables: [Table: [String: SavedChain]] = [:]

  /// No rules at all.
  public init() {}

  /// Nil when the text breaks off inside a table: what was read in part says nothing about what is missing.
  public init?(_ text: String) {
    var table: Table?
    var isOpen = false
    for line in text.split(separator: "\n") {
      if line.hasPrefix("*") {
        if isOpen { return nil }
        isOpen = true
        table = Table(rawValue: String(line.dropFirst()))
        if let table { tables[table] = tables[table] ?? [:] }
      } else if line == "COMMIT" {
        isOpen = false
        table = nil
      } else if let table {
        addLine(line, to: table)
      }
    }
    if isOpen { return nil }
  }

  private mutating func addLine(_ line: Substring, to table: Table) {
    if line.hasPrefix(":") {
      let parts = line.dropFirst().split(separator: " ")
      guard parts.count >= 2 else { return }
      let policy = parts[1] == "-" ? nil : String(parts[1])
      tables[table]?[String(parts[0])] = SavedChain(policy: policy, lines: [])
      return
    }
    // With -c, "[packets:bytes] " comes first.
    let command = line.hasPrefix("[") ? line.drop { $0 != " " }.dropFirst() : line
    guard command.hasPrefix("-A ") else { return }
    let parts = command.dropFirst(3).split(separator: " ", maxSplits: 1)
    guard let name = parts.first else { return }
    tables[table]?[String(name)]?.lines.append(parts.count > 1 ? parts[1] : "")
  }

  public func contains(_ chain: ChainID) -> Bool { tables[chain.table]?[chain.name] != nil }

  /// The rules of a chain in order; nil when there is no such chain.
  public func rules(of chain: ChainID) -> [Rule]? { tables[chain.table]?[chain.name]?.rules }
}

extension SavedRules {
  /// Whether kubelet keeps its chains here: KUBE-IPTABLES-HINT is there to tell others which backend the node uses,
  /// KUBE-KUBELET-CANARY tells kubelet when somebody flushed everything. Both are in the mangle table (KEP-3178).
  public var hasKubeletChains: Bool {
    contains(ChainID(.mangle, "KUBE-IPTABLES-HINT")) || contains(ChainID(.mangle, "KUBE-KUBELET-CANARY"))
  }

  /// Whether kube-proxy kept its canary here.
  public var hasProxyCanary: Bool { contains(ChainID(.mangle, "KUBE-PROXY-CANARY")) }
}
