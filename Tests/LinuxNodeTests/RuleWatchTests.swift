import Addressing
import Iptables
import LinuxNode
import Reconciler
import Synchronization
import Testing

/// When a second look at the rules is spared: only where the nftables ruleset is what it was.
@Suite struct RuleWatchTests {
  /// A ruleset's generation, and how often it was asked for.
  private final class Ruleset: Sendable {
    private let state = Mutex<(generation: UInt32?, asked: Int)>((1, 0))

    var generation: UInt32? {
      get { state.withLock { $0.generation } }
      set { state.withLock { $0.generation = newValue } }
    }
    var asked: Int { state.withLock { $0.asked } }

    func ask() -> UInt32? {
      state.withLock {
        $0.asked += 1
        return $0.generation
      }
    }

    func change() { state.withLock { $0.generation = $0.generation.map { $0 + 1 } } }
  }

  /// Runs scripted programs, and changes the ruleset as they begin.
  private struct ChangingRunner: CommandRunner {
    let runner: ScriptedRunner
    let ruleset: Ruleset
    let changes: @Sendable (Command) -> Bool

    func run(_ command: Command) async throws(CommandError) -> String {
      if changes(command) { ruleset.change() }
      return try await runner.run(command)
    }
  }

  private static let families = IPFamily.allCases
  private static let saves = ["iptables-save", "ip6tables-save"]
  private let ruleset = Ruleset()

  // MARK: What is spared

  @Test func anUnchangedRulesetRunsNoProgram() async throws {
    let runner = node("1.8.9 (nf_tables)")
    #expect(try await secondEnsure(runner) == [])
  }

  @Test func aChangedRulesetCostsOneLookPerFamily() async throws {
    let runner = node("1.8.9 (nf_tables)")
    #expect(try await secondEnsure(runner) { $0.change() } == Self.saves)
  }

  @Test func afterAChangeThatWasNoneOfOursNothingIsRunAgain() async throws {
    let runner = node("1.8.9 (nf_tables)")
    let manager = manager(runner)
    _ = try await manager.ensure()
    ruleset.change()
    _ = try await manager.ensure()
    let before = runner.commands.count
    _ = try await manager.ensure()
    #expect(runner.commands.count == before)
  }

  @Test func theBackendChosenByHintsCounts() async throws {
    var answers = Self.answers("1.8.9 (nf_tables)", .nft)
    for family in Self.families {
      answers[RuleBackend.nft.program(family, "save") + " -t mangle"] = [
        .success("*mangle\n:KUBE-IPTABLES-HINT - [0:0]\nCOMMIT\n")
      ]
    }
    #expect(try await secondEnsure(ScriptedRunner(answers)) == [])
  }

  // MARK: What is not

  @Test(arguments: ["1.8.9 (legacy)", "1.6.2"])
  func plainIptablesThatIsLegacyCostsOneLookEachTime(version: String) async throws {
    #expect(try await secondEnsure(node(version)) == Self.saves)
  }

  @Test func aNodeWithLegacyRulesIsNotAskedForNFTables() async throws {
    _ = try await manager(node("1.8.9 (legacy)")).ensure()
    #expect(ruleset.asked == 0)
  }

  @Test func withoutAGenerationEachTimeCostsOneLook() async throws {
    ruleset.generation = nil
    #expect(try await secondEnsure(node("1.8.9 (nf_tables)")) == Self.saves)
  }

  @Test func aGenerationThatIsLostCostsOneLook() async throws {
    #expect(try await secondEnsure(node("1.8.9 (nf_tables)")) { $0.generation = nil } == Self.saves)
  }

  @Test func aChangeDuringTheLookIsSeenNextTime() async throws {
    let looks = Mutex(0)
    let runner = node("1.8.9 (nf_tables)", families: [.ipv4])
    let changing = ChangingRunner(runner: runner, ruleset: ruleset) { command in
      command.program == "iptables-save"
        && looks.withLock {
          $0 += 1; return $0 == 1
        }
    }
    let manager = manager(changing, families: [.ipv4])
    _ = try await manager.ensure()
    let before = runner.commands.count
    _ = try await manager.ensure()
    #expect(runner.lines.dropFirst(before) == ["iptables-save"])
  }

  // MARK: After a write

  @Test func ourOwnWriteIsNotTakenForAChange() async throws {
    let runner = node("1.8.9 (nf_tables)", families: [.ipv4], saved: ["", Self.printed(.ipv4)])
    let manager = manager(changingOnRestore(runner), families: [.ipv4])
    _ = try await manager.ensure()
    let before = runner.commands.count
    _ = try await manager.ensure()
    #expect(runner.commands.count == before)
  }

  @Test func rulesLostWhileOthersWereWrittenAreSeenNextTime() async throws {
    // KUBE-FORWARD is put in force, and meanwhile somebody deletes KUBE-POSTROUTING.
    let rules = RuleSet.standard(.ipv4)
    let runner = node(
      "1.8.9 (nf_tables)", families: [.ipv4],
      saved: [
        rules.without("KUBE-FORWARD").printed, rules.without("KUBE-POSTROUTING").printed, rules.printed,
      ])
    let manager = manager(changingOnRestore(runner), families: [.ipv4])
    _ = try await manager.ensure()
    let before = runner.commands.count
    _ = try await manager.ensure()
    #expect(runner.lines.dropFirst(before) == ["iptables-save"])
  }

  @Test func aFailedWriteIsTriedAgain() async throws {
    var answers = Self.answers("1.8.9 (nf_tables)", .standard, families: [.ipv4])
    let restore = "iptables-restore -w 5 --noflush"
    answers["iptables-save"] = [.success(""), .success(""), .success(Self.printed(.ipv4))]
    answers[restore] = [
      .failure(.failed(program: "iptables-restore", status: 4, message: "")), .success(""),
    ]
    let runner = ScriptedRunner(answers)
    let manager = manager(runner, families: [.ipv4])
    await #expect(throws: KernelError.self) { try await manager.ensure() }
    #expect(try await manager.ensure().count == 1)
    #expect(runner.lines.filter { $0 == restore }.count == 2)
  }

  @Test func afterRemovalTheRulesAreLookedAtAgain() async throws {
    let runner = node("1.8.9 (nf_tables)", families: [.ipv4])
    let manager = manager(runner, families: [.ipv4])
    _ = try await manager.ensure()
    _ = try? await manager.remove()
    let before = runner.commands.count
    _ = try await manager.ensure()
    #expect(runner.lines.dropFirst(before).last == "iptables-save")
  }

  // MARK: A node

  private static func printed(_ family: IPFamily) -> String { RuleSet.standard(family).printed }

  private static func answers(
    _ version: String, _ backend: RuleBackend, families: [IPFamily] = families
  ) -> [String: [ScriptedRunner.Answer]] {
    var answers: [String: [ScriptedRunner.Answer]] = [:]
    for family in families {
      answers[backend.program(family) + " --version"] = [.success("iptables v\(version)\n")]
      answers[backend.program(family, "save")] = [.success(RuleSet.standard(family).printed)]
      answers[backend.program(family, "restore") + " -w 5 --noflush"] = [.success("")]
    }
    return answers
  }

  /// A node with plain iptables of that version; `saved` is what IPv4's rules are at each look.
  private func node(
    _ version: String, families: [IPFamily] = families, saved: [String] = []
  ) -> ScriptedRunner {
    var answers = Self.answers(version, .standard, families: families)
    if !saved.isEmpty { answers["iptables-save"] = saved.map { .success($0) } }
    return ScriptedRunner(answers)
  }

  private func changingOnRestore(_ runner: ScriptedRunner) -> ChangingRunner {
    ChangingRunner(runner: runner, ruleset: ruleset) { $0.program == "iptables-restore" }
  }

  private func manager(_ runner: any CommandRunner, families: [IPFamily] = families) -> RuleManager {
    let ruleset = ruleset
    return RuleManager(
      configuration: NodeConfiguration(families: families), runner: runner,
      files: HostFiles(root: "/nonexistent"), generation: { ruleset.ask() })
  }

  /// What a second `ensure` runs, after what happened since the first.
  private func secondEnsure(
    _ runner: ScriptedRunner, after event: (Ruleset) -> Void = { _ in }
  ) async throws -> [String] {
    let manager = manager(runner)
    _ = try await manager.ensure()
    let before = runner.commands.count
    event(ruleset)
    #expect(try await manager.ensure().isEmpty)
    return Array(runner.lines.dropFirst(before))
  }
}
