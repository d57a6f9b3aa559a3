import Addressing
import Iptables
import NodeCheck
import Reconciler

/// Rules of both backends, and tables of nftables.
extension NodeFactsReader {
  func readRules(_ facts: inout NodeFacts) async {
    // Asking nf_tables for anything loads it; where it isn't loaded it has no rules.
    let hasNFTables = facts.modules["nf_tables"] == .present || facts.modules["nf_tables"] == .unknown
    for family in wanted.families {
      facts.iptables[family] = await version(family)
      facts.rules += await stores(family, hasNFTables: hasNFTables, facts.iptables[family]?.value ?? "")
    }
    if hasNFTables { facts.nftables = await nftables }
  }

  private var programs: RulePrograms { RulePrograms(runner: runner, files: files) }

  private func version(_ family: IPFamily) async -> Fact<String> {
    let program = RuleBackend.standard.program(family)
    do throws(CommandError) {
      let words = try await runner.run(Command(program, ["--version"])).split(separator: "\n").first?
        .split(separator: " ", maxSplits: 1)
      return .known(String((words?.last ?? "").drop { $0 == "v" }))
    } catch {
      if case .missing = error { return .absent }
      return .unreadable("\(error)")
    }
  }

  private func stores(_ family: IPFamily, hasNFTables: Bool, _ version: String) async -> [RuleStore] {
    var found: [(backend: RuleBackend, saved: Fact<SavedRules>)] = []
    for backend in await programs.backendsInUse(family) where hasNFTables || !isNFTables(backend, version) {
      do throws(KernelError) {
        found.append((backend, .known(try await programs.save(backend, family))))
      } catch {
        found.append((backend, .unreadable("\(error)")))
      }
    }
    let used = backendOfKubernetes(found) ?? (version.contains("(nf_tables)") ? .nft : .legacy)
    return found.map { backend, saved in
      RuleStore(
        program: backend.program(family), family: family,
        isInUse: found.count == 1 || backend == used, saved: saved.map { RuleStore.Rules($0) })
    }
  }

  private func isNFTables(_ backend: RuleBackend, _ version: String) -> Bool {
    backend == .nft || backend == .standard && version.contains("(nf_tables)")
  }

  /// As RulePrograms chooses where rules of ours go.
  private func backendOfKubernetes(
    _ found: [(backend: RuleBackend, saved: Fact<SavedRules>)]
  ) -> RuleBackend? {
    let match =
      found.first { $0.saved.value?.hasKubeletChains ?? false }
      ?? found.first { $0.saved.value?.hasProxyCanary ?? false }
    return match?.backend
  }

  private var nftables: Fact<NFTables> {
    get async {
      do throws(CommandError) {
        return .known(NFTables(listing: try await runner.run(Command("nft", ["list", "chains"]))))
      } catch {
        if case .missing = error { return .absent }
        return .unreadable("\(error)")
      }
    }
  }
}
