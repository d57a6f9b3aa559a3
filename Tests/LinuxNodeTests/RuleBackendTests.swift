import Addressing
import Iptables
import LinuxNode
import Testing

@Suite struct RuleBackendTests {
  private static let kubelet = "*mangle\n:KUBE-IPTABLES-HINT - [0:0]\nCOMMIT\n"
  private static let proxy = "*mangle\n:KUBE-PROXY-CANARY - [0:0]\nCOMMIT\n"

  @Test func kubeletsChainsDecide() async throws {
    #expect(try await chosen(nft: Self.kubelet, legacy: "") == .nft)
    #expect(try await chosen(nft: "", legacy: Self.kubelet) == .legacy)
  }

  @Test func kubeletCountsMoreThanKubeProxy() async throws {
    #expect(try await chosen(nft: Self.proxy, legacy: Self.kubelet) == .legacy)
  }

  @Test func kubeProxysCanaryDecidesWithoutKubelet() async throws {
    #expect(try await chosen(nft: "", legacy: Self.proxy) == .legacy)
  }

  @Test func theOtherFamilysHintsCountWhereThisOneHasNone() async throws {
    let runner = ScriptedRunner([
      "iptables --version": [.success("iptables v1.8.9\n")],
      "ip6tables-nft-save -t mangle": [.success(Self.kubelet)],
      "iptables-nft --version": [.success("iptables v1.8.9\n")],
      "iptables-nft-save": [.success(RuleSet.standard(.ipv4).printed)],
    ])
    let manager = manager(runner, try TemporaryHost())
    _ = try await manager.ensure()
    #expect(await manager.backend(of: .ipv4) == .nft)
  }

  @Test func withoutHintsTheNodesDefaultIsUsed() async throws {
    #expect(try await chosen(nft: "", legacy: "") == .standard)
  }

  @Test func theOnlyOneInstalledIsUsed() async throws {
    #expect(try await chosen(nft: nil, legacy: "", standard: false) == .legacy)
    #expect(try await chosen(nft: "", legacy: nil, standard: false) == .nft)
  }

  @Test func legacyTablesAreNotMadeByLooking() async throws {
    let runner = runner(nft: "", legacy: Self.kubelet, standard: true)
    _ = try await manager(runner, try TemporaryHost()).ensure()
    #expect(!runner.lines.contains { $0.hasPrefix("iptables-legacy") })
  }

  @Test func theBackendIsChosenOnce() async throws {
    let runner = runner(nft: Self.kubelet, legacy: nil, standard: true)
    let manager = manager(runner, try TemporaryHost())
    _ = try await manager.ensure()
    _ = try await manager.ensure()
    #expect(runner.lines.filter { $0 == "iptables-nft-save -t mangle" }.count == 1)
  }

  private func chosen(nft: String?, legacy: String?, standard: Bool = true) async throws -> RuleBackend? {
    let host = try TemporaryHost(["/proc/net/ip_tables_names": "mangle\nfilter\n"])
    let manager = manager(runner(nft: nft, legacy: legacy, standard: standard), host)
    _ = try await manager.ensure()
    return await manager.backend(of: .ipv4)
  }

  /// A node where each backend has the given mangle table, nil for one that isn't installed, and the right rules.
  private func runner(nft: String?, legacy: String?, standard: Bool) -> ScriptedRunner {
    var answers: [String: [ScriptedRunner.Answer]] = [:]
    for (backend, mangle) in [(RuleBackend.nft, nft), (.legacy, legacy), (.standard, standard ? "" : nil)] {
      guard let mangle else { continue }
      answers[backend.program(.ipv4) + " --version"] = [.success("iptables v1.8.9\n")]
      answers[backend.program(.ipv4, "save") + " -t mangle"] = [.success(mangle)]
      answers[backend.program(.ipv4, "save")] = [.success(RuleSet.standard(.ipv4).printed)]
    }
    return ScriptedRunner(answers)
  }

  private func manager(_ runner: ScriptedRunner, _ host: TemporaryHost) -> RuleManager {
    RuleManager(
      configuration: NodeConfiguration(families: [.ipv4]), runner: runner, files: host.files)
  }
}
