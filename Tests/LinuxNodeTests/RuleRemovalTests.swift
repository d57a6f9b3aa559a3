import Addressing
import Iptables
import LinuxNode
import Reconciler
import Testing

@Suite struct RuleRemovalTests {
  @Test func rulesOfBothBackendsAndFamiliesAreRemoved() async throws {
    let host = try TemporaryHost([
      "/proc/net/ip_tables_names": "nat\nfilter\n", "/proc/net/ip6_tables_names": "nat\nfilter\n",
    ])
    let runner = node([.nft, .legacy]) { RuleSet.standard($0).printed }
    #expect(try await manager(runner, host).remove().count == 4)
    let restored = Set(runner.commands.filter { $0.input.contains("-X KUBE-SERVICES\n") }.map(\.program))
    #expect(
      restored == [
        "iptables-nft-restore", "iptables-legacy-restore", "ip6tables-nft-restore",
        "ip6tables-legacy-restore",
      ])
  }

  @Test func aNodeWithoutOurRulesIsNotWrittenTo() async throws {
    let runner = node([.nft]) { _ in "" }
    #expect(try await manager(runner, try TemporaryHost()).remove().isEmpty)
    #expect(!runner.lines.contains { $0.contains("restore") })
  }

  @Test func legacyIsLeftAloneWhereItHasNoTables() async throws {
    let runner = node([.nft, .legacy]) { _ in "" }
    _ = try await manager(runner, try TemporaryHost()).remove()
    #expect(!runner.lines.contains { $0.contains("legacy-save") })
  }

  @Test func plainIptablesIsUsedWhereItIsAllThereIs() async throws {
    let runner = node([.standard]) { RuleSet.standard($0).printed }
    #expect(try await manager(runner, try TemporaryHost()).remove().count == 2)
  }

  @Test func rulesAreLookedAtAfreshAfterRemoval() async throws {
    let rules = RuleSet.standard(.ipv4).printed
    let runner = node([.standard]) { _ in rules }
    let manager = manager(runner, try TemporaryHost())
    _ = try await manager.ensure()
    _ = try await manager.remove()
    #expect(await manager.backend(of: .ipv4) == nil)
  }

  private func node(_ backends: [RuleBackend], saved: (IPFamily) -> String) -> ScriptedRunner {
    var answers: [String: [ScriptedRunner.Answer]] = [:]
    for backend in backends {
      for family in IPFamily.allCases {
        answers[backend.program(family) + " --version"] = [.success("iptables v1.8.9\n")]
        answers[backend.program(family, "save")] = [.success(saved(family))]
        answers[backend.program(family, "restore") + " -w 5 --noflush"] = [.success("")]
      }
    }
    return ScriptedRunner(answers)
  }

  private func manager(_ runner: ScriptedRunner, _ host: TemporaryHost) -> RuleManager {
    RuleManager(
      configuration: NodeConfiguration(families: [.ipv4]), runner: runner, files: host.files)
  }
}
