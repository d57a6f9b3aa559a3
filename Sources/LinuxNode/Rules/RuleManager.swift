import Addressing
import Iptables
import Reconciler

/// Keeps the rules of the node as they should be. Not for use by several tasks at once.
public actor RuleManager {
  private let configuration: NodeConfiguration
  private let programs: RulePrograms
  private let generation: @Sendable () async -> UInt32?
  private var states: [IPFamily: FamilyState] = [:]

  /// What was found out about a family's iptables; it doesn't change while the program runs.
  private struct FamilyState {
    let backend: RuleBackend
    let desired: RuleSet
    /// Whether its rules are part of the nftables ruleset, so that the ruleset's generation tells of their changes.
    let isNFTables: Bool
    /// Chains that this iptables prints in words of its own.
    var spellings: [ChainID: [Rule]] = [:]
    /// The ruleset's generation from before the last look that found everything right.
    var rightAt: UInt32?
  }

  /// - Parameters:
  ///   - configuration: what the rules must know of the node.
  ///   - runner: runs the iptables programs.
  ///   - files: where /proc tells which legacy tables there are.
  ///   - generation: a number that is another after every change of the nftables ruleset, or nil where it can't be had;
  ///     then every `ensure` looks for itself.
  public init(
    configuration: NodeConfiguration, runner: any CommandRunner = SubprocessRunner(),
    files: HostFiles = HostFiles(), generation: @escaping @Sendable () async -> UInt32? = { nil }
  ) {
    self.configuration = configuration
    self.generation = generation
    programs = RulePrograms(runner: runner, files: files)
  }

  /// The backend in use; nil before the first success of `ensure`.
  public func backend(of family: IPFamily) -> RuleBackend? { states[family]?.backend }

  /// Puts in force what is missing or changed, and nothing else. Where all is right that is one look per family, and
  /// none, hence no program run, where nobody has changed the nftables ruleset since the last look. The sets that the
  /// rules match must be there.
  /// - Returns: what was set right.
  /// - Throws: the first family's failure, after every family had its turn.
  public func ensure() async throws(KernelError) -> [Notice] {
    try await forEach(configuration.families) { family throws(KernelError) in try await self.ensure(family) }
  }

  /// The modules that iptables' legacy backend rests on, of the families whose rules are kept with it. iptables loads
  /// them itself, with a right that whoever keeps the rules may not have.
  public func legacyModules() async throws(KernelError) -> [String] {
    var names: [String] = []
    for family in configuration.families where try await !survey(family).isNFTables {
      names.append(family == .ipv4 ? "ip_tables" : "ip6_tables")
    }
    return names
  }

  /// What `ensure` would put in force, a line for each family; changes nothing.
  public func pending() async throws(KernelError) -> [String] {
    var lines: [String] = []
    for family in configuration.families {
      let state: FamilyState
      if let known = states[family] { state = known } else { state = try await survey(family) }
      let missing = state.desired.missing(
        from: try await programs.save(state.backend, family), spellings: state.spellings)
      if !missing.isEmpty { lines.append("\(state.backend.program(family, "restore")): \(missing)") }
    }
    return lines
  }

  /// Takes out of force, in both families and backends, all that belongs to a Service proxy in IPVS mode, whoever
  /// put it there. After it the sets can be destroyed.
  /// - Returns: what was removed.
  /// - Throws: the first failure, after everything had its turn.
  public func remove() async throws(KernelError) -> [Notice] {
    states = [:]
    var places: [(IPFamily, RuleBackend)] = []
    for family in IPFamily.allCases {
      places += await programs.backendsInUse(family).map { (family, $0) }
    }
    return try await forEach(places) { place throws(KernelError) in
      try await self.remove(place.0, place.1)
    }
  }

  private func ensure(_ family: IPFamily) async throws(KernelError) -> [Notice] {
    var state: FamilyState
    if let known = states[family] { state = known } else { state = try await survey(family) }
    // Always asked before looking, so that a change during the look is seen the next time.
    let before = await generation(of: state)
    if let before, before == state.rightAt { return [] }
    let saved = try await programs.save(state.backend, family)
    let missing = state.desired.missing(from: saved, spellings: state.spellings)
    if missing.isEmpty {
      state.rightAt = before
      states[family] = state
      return []
    }
    try await programs.restore(missing.restoreText, state.backend, family)
    let after = await generation(of: state)
    let written = try await programs.save(state.backend, family)
    state.spellings.merge(try check(missing, in: written, state, family)) { $1 }
    // What was right at the first look may have been changed since.
    let isRight = state.desired.missing(from: written, spellings: state.spellings).isEmpty
    state.rightAt = isRight ? after : nil
    states[family] = state
    return [Notice(.info, "\(family) rules put in force with \(state.backend.program(family)): \(missing)")]
  }

  /// Asks for nft only: asking loads nf_tables, which a node with legacy rules can do without.
  private func generation(of state: FamilyState) async -> UInt32? {
    state.isNFTables ? await generation() : nil
  }

  private func survey(_ family: IPFamily) async throws(KernelError) -> FamilyState {
    let backend = try await programs.backend(for: family)
    let version = try await programs.version(backend, family)
    let masquerading = MasqueradeBlock(
      family: family, localDetector: configuration.localDetector, masqueradeAll: configuration.masqueradeAll,
      markBit: configuration.masqueradeBit, randomFully: version.knowsRandomFully,
      ports: configuration.masqueradePorts)
    let guards = GuardBlock(
      family: family, localDetector: configuration.localDetector, isOn: configuration.guards)
    return FamilyState(
      backend: backend, desired: masquerading.rules + guards.rules,
      isNFTables: backend == .nft || (backend == .standard && version.saysNFTables))
  }

  /// Looks at what was just written. Where a chain has as many rules as it should but in other words, that is how
  /// this iptables prints them: comparing with the printed form from then on keeps it from being written again and
  /// again.
  /// - Throws: when something isn't there although iptables-restore reported success.
  private func check(
    _ written: RuleSet, in saved: SavedRules, _ state: FamilyState, _ family: IPFamily
  ) throws(KernelError) -> [ChainID: [Rule]] {
    let missing = written.missing(from: saved, spellings: state.spellings)
    var spellings: [ChainID: [Rule]] = [:]
    for chain in missing.chains {
      if let printed = saved.rules(of: chain.id), printed.count == chain.rules.count {
        spellings[chain.id] = printed
      }
    }
    let lost = RuleSet(
      chains: missing.chains.filter { spellings[$0.id] == nil }, jumps: missing.jumps)
    guard lost.isEmpty else {
      throw KernelError(
        .rules, errno: 0, object: "\(state.backend.program(family, "restore")): \(lost)",
        hint: "gone right after being written; does another program manage these rules?")
    }
    return spellings
  }

  private func remove(_ family: IPFamily, _ backend: RuleBackend) async throws(KernelError) -> [Notice] {
    let saved = try await programs.save(backend, family)
    let text = Removal.restoreText(in: saved)
    guard !text.isEmpty else { return [] }
    try await programs.restore(text, backend, family)
    return [Notice(.info, "\(family) rules removed with \(backend.program(family))")]
  }

  private func forEach<Item: Sendable>(
    _ items: [Item], _ body: (Item) async throws(KernelError) -> [Notice]
  ) async throws(KernelError) -> [Notice] {
    var notices: [Notice] = []
    var failure: KernelError?
    for item in items {
      do throws(KernelError) {
        notices += try await body(item)
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return notices
  }
}
