import Addressing
import Glibc
import Iptables
import LinuxNode
import Reconciler
import Testing

@Suite struct RuleManagerTests {
  private static let rules = RuleSet.standard(.ipv4)
  private static let version = [
    "iptables --version": [ScriptedRunner.Answer.success("iptables v1.8.9 (nf_tables)\n")]
  ]
  private static let restore = "iptables-restore -w 5 --noflush"

  @Test func anEmptyNodeGetsAllRulesInOneRestore() async throws {
    let runner = runner(saved: ["", Self.rules.printed])
    let notices = try await manager(runner).ensure()
    #expect(notices.map(\.severity) == [.info])
    let restores = runner.commands.filter { $0.program == "iptables-restore" }
    #expect(restores.map(\.input) == [Self.rules.restoreText])
  }

  @Test func rulesInForceCostOneLook() async throws {
    let runner = runner(saved: [Self.rules.printed])
    let manager = manager(runner)
    _ = try await manager.ensure()
    let before = runner.commands.count
    #expect(try await manager.ensure().isEmpty)
    #expect(runner.lines.dropFirst(before) == ["iptables-save"])
    #expect(!runner.lines.contains(Self.restore))
  }

  @Test func whatIsPendingIsToldWithoutARestore() async throws {
    let runner = runner(saved: [Self.rules.without("KUBE-FORWARD").printed, Self.rules.printed])
    let manager = manager(runner)
    #expect(try await manager.pending() == ["iptables-restore: chains filter KUBE-FORWARD"])
    #expect(try await manager.pending() == [])
    #expect(!runner.lines.contains(Self.restore))
  }

  @Test func onlyWhatIsMissingIsRestored() async throws {
    let runner = runner(saved: [Self.rules.without("KUBE-FORWARD").printed, Self.rules.printed])
    let notices = try await manager(runner).ensure()
    #expect(notices.first?.text.hasSuffix("chains filter KUBE-FORWARD") == true)
    let input = runner.commands.first { $0.program == "iptables-restore" }?.input ?? ""
    #expect(input.contains("*filter") && !input.contains("*nat"))
  }

  @Test func anIptablesWithItsOwnSpellingIsNotWrittenToAgain() async throws {
    var spelled = Self.rules
    spelled.chains[1].rules = [Rule("-j MARK --or-mark 0x4000")]
    let runner = runner(saved: ["", spelled.printed])
    let manager = manager(runner)
    _ = try await manager.ensure()
    #expect(try await manager.ensure().isEmpty)
    #expect(runner.lines.filter { $0 == Self.restore }.count == 1)
  }

  @Test func rulesThatVanishAtOnceAreAnError() async {
    let error = await failure(of: runner(saved: [""]))
    #expect(error?.subsystem == .rules)
    #expect(error?.object.contains("KUBE-SERVICES") == true)
  }

  @Test func aRefusedLineIsQuoted() async throws {
    let refused = "-A KUBE-SERVICES -s 127.0.0.0/8 -j RETURN"
    let lines = Self.rules.restoreText.split(separator: "\n").map(String.init)
    let number = try #require(lines.firstIndex(of: refused)) + 1
    var answers = Self.version
    answers["iptables-save"] = [.success("")]
    answers[Self.restore] = [
      .failure(
        .failed(program: "iptables-restore", status: 2, message: "iptables-restore: line \(number) failed"))
    ]
    let error = await failure(of: ScriptedRunner(answers))
    #expect(error?.hint.hasSuffix("line \(number) failed, which is: \(refused)") == true)
  }

  @Test func rulesReadInPartAreNotWritten() async {
    let cut = runner(saved: [String(Self.rules.printed.dropLast(10))])
    #expect(await failure(of: cut)?.hint == "its output broke off")
    #expect(!cut.lines.contains(Self.restore))
  }

  @Test func aNodeWithoutIptablesIsToldToInstallIt() async {
    let error = await failure(of: ScriptedRunner([:]))
    #expect(error?.errno == ENOENT)
    #expect(error?.hint == "install the package iptables")
  }

  @Test(arguments: [
    ("1.8.9 (nf_tables)", true), ("1.6.2", true), ("1.10", true), ("1.6.1", false), ("1.4.21", false),
  ])
  func portsAreRandomisedWhereIptablesCan(version: String, expected: Bool) async throws {
    var answers = ["iptables --version": [ScriptedRunner.Answer.success("iptables v\(version)\n")]]
    let rules = RuleSet.standard(.ipv4, randomFully: expected)
    answers["iptables-save"] = [.success(rules.printed)]
    #expect(try await manager(ScriptedRunner(answers)).ensure().isEmpty)
  }

  @Test(arguments: [("(legacy)", ["ip_tables"]), ("(nf_tables)", [])])
  func onlyTheLegacyBackendHasModulesOfItsOwn(kind: String, modules: [String]) async throws {
    let runner = ScriptedRunner([
      "iptables --version": [.success("iptables v1.8.9 \(kind)\n")], "iptables-save": [.success("")],
    ])
    #expect(try await manager(runner).legacyModules() == modules)
    #expect(!runner.lines.contains(Self.restore))
  }

  @Test func portsToKeepToReachTheRules() async throws {
    var configuration = NodeConfiguration(families: [.ipv4])
    configuration.masqueradePorts = 1024...29999
    let runner = runner(saved: [Self.rules.printed])
    let manager = RuleManager(
      configuration: configuration, runner: runner, files: HostFiles(root: "/nonexistent"))
    #expect(try await manager.pending() == ["iptables-restore: chains nat KUBE-POSTROUTING"])
  }

  @Test func aFamilyThatFailsDoesNotStopTheOther() async throws {
    let rules = RuleSet.standard(.ipv6)
    let runner = ScriptedRunner([
      "ip6tables --version": [.success("ip6tables v1.8.9 (nf_tables)\n")],
      "ip6tables-save": [.success(""), .success(rules.printed)],
      "ip6tables-restore -w 5 --noflush": [.success("")],
    ])
    let manager = RuleManager(
      configuration: NodeConfiguration(families: [.ipv4, .ipv6]), runner: runner,
      files: try TemporaryHost().files)
    await #expect(throws: KernelError.self) { try await manager.ensure() }
    #expect(runner.lines.contains("ip6tables-restore -w 5 --noflush"))
  }

  @Test(arguments: IPFamily.allCases)
  func theRulesNameEverySetOfTheCoreAndNoOther(family: IPFamily) {
    let words = RuleSet.standard(family).chains.flatMap(\.rules).map(\.words)
    let named = words.flatMap { words in
      zip(words, words.dropFirst()).filter { $0.0 == "--match-set" }.map(\.1)
    }
    #expect(Set(named) == Set(IPSetID.all(family).map(\.name)))
  }

  private func runner(saved: [String]) -> ScriptedRunner {
    var answers = Self.version
    answers["iptables-save"] = saved.map { .success($0) }
    answers[Self.restore] = [.success("")]
    return ScriptedRunner(answers)
  }

  private func manager(_ runner: ScriptedRunner) -> RuleManager {
    RuleManager(
      configuration: NodeConfiguration(families: [.ipv4]), runner: runner,
      files: HostFiles(root: "/nonexistent"))
  }

  private func failure(of runner: ScriptedRunner) async -> KernelError? {
    await #expect(throws: KernelError.self) { try await manager(runner).ensure() }
  }
}
