import Addressing
import Glibc
import Iptables
import Reconciler

/// The iptables programs of one node: which of them to use, and how to call them.
struct RulePrograms: Sendable {
  let runner: any CommandRunner
  let files: HostFiles

  /// What kind of iptables a node has.
  struct Version: Hashable, Sendable {
    /// "1.8.9 (nf_tables)"
    let text: String

    /// MASQUERADE --random-fully came with iptables 1.6.2.
    var knowsRandomFully: Bool {
      let numbers = text.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) }
      return !numbers.lexicographicallyPrecedes([1, 6, 2])
    }

    /// Whether it says that its rules are nftables'. Both builds name their kind from 1.8.0 on; before, there was only
    /// legacy.
    var saysNFTables: Bool { text.contains("(nf_tables)") }
  }

  /// The backend that Kubernetes uses on this node: where kubelet's chains are, else where kube-proxy's canary is;
  /// the other family's count where this one has none, for a node uses one backend for both. Without any, what plain
  /// "iptables" means here, else the only one there is.
  func backend(for family: IPFamily) async throws(KernelError) -> RuleBackend {
    for family in [family, family == .ipv4 ? .ipv6 : .ipv4] {
      if let backend = await hintedBackend(family) { return backend }
    }
    for backend in [RuleBackend.standard, .nft, .legacy] {
      if await isInstalled(backend, family) { return backend }
    }
    throw failure(.missing(program: RuleBackend.standard.program(family)))
  }

  private func hintedBackend(_ family: IPFamily) async -> RuleBackend? {
    var found: [(backend: RuleBackend, saved: SavedRules)] = []
    for backend in [RuleBackend.nft, .legacy] where hasTable("mangle", backend, family) {
      if let saved = try? await save(backend, family, ["-t", "mangle"]) { found.append((backend, saved)) }
    }
    let match = found.first { $0.saved.hasKubeletChains } ?? found.first { $0.saved.hasProxyCanary }
    return match?.backend
  }

  /// Whether there can be a table of that name. Asking the legacy backend for one by name makes it, with a hook in
  /// the way of every packet; so it is asked only for what is there already.
  private func hasTable(_ table: Substring, _ backend: RuleBackend, _ family: IPFamily) -> Bool {
    backend != .legacy || legacyTables(family).contains(table)
  }

  private func legacyTables(_ family: IPFamily) -> [Substring] {
    files.lines(family == .ipv4 ? "/proc/net/ip_tables_names" : "/proc/net/ip6_tables_names")
  }

  /// The backends that could hold rules of the family: the two that can be told apart, or what plain "iptables"
  /// means here where neither is installed by its own name.
  func backendsInUse(_ family: IPFamily) async -> [RuleBackend] {
    var backends: [RuleBackend] = []
    for backend in [RuleBackend.nft, .legacy] where await isInstalled(backend, family) {
      backends.append(backend)
    }
    return backends.isEmpty ? [.standard] : backends.filter { $0 != .legacy || !legacyTables(family).isEmpty }
  }

  private func isInstalled(_ backend: RuleBackend, _ family: IPFamily) async -> Bool {
    do throws(CommandError) {
      _ = try await runner.run(Command(backend.program(family), ["--version"]))
      return true
    } catch {
      if case .missing = error { return false }
      return true
    }
  }

  func version(_ backend: RuleBackend, _ family: IPFamily) async throws(KernelError) -> Version {
    let command = Command(backend.program(family), ["--version"])
    do throws(CommandError) {
      let line = try await runner.run(command)
      // "iptables v1.8.9 (nf_tables)"
      let words = line.split(separator: "\n").first?.split(separator: " ", maxSplits: 1) ?? []
      return Version(text: words.count == 2 ? String(words[1].drop { $0 == "v" }) : "")
    } catch {
      throw failure(error)
    }
  }

  /// All rules of the family; the tables the backend doesn't have are simply not there.
  func save(
    _ backend: RuleBackend, _ family: IPFamily, _ arguments: [String] = []
  ) async throws(KernelError) -> SavedRules {
    let command = Command(backend.program(family, "save"), arguments)
    let text: String
    do throws(CommandError) { text = try await runner.run(command) } catch { throw failure(error) }
    guard let saved = SavedRules(text) else {
      throw KernelError(.rules, errno: 0, object: "\(command)", hint: "its output broke off")
    }
    return saved
  }

  /// Puts text of `restoreText`'s kind in force, each table as a whole or not at all. Waits five seconds for other
  /// programs that change rules.
  func restore(_ text: String, _ backend: RuleBackend, _ family: IPFamily) async throws(KernelError) {
    let command = Command(backend.program(family, "restore"), ["-w", "5", "--noflush"], input: text)
    do throws(CommandError) { _ = try await runner.run(command) } catch { throw failure(error, input: text) }
  }

  private func failure(_ error: CommandError, input: String = "") -> KernelError {
    switch error {
    case .missing(let program):
      KernelError(.rules, errno: ENOENT, object: program, hint: "install the package iptables")
    case .timedOut(let program, _):
      KernelError(.rules, errno: ETIMEDOUT, object: program, hint: "\(error)", outcome: .unknown)
    case .failed(let program, let status, let message):
      KernelError(
        .rules, errno: 0, object: program,
        hint: "exit status \(status)\(message.isEmpty ? "" : ", \(message)")\(quotedLine(message, input))")
    case .tooMuchOutput(let program, _), .broken(let program, _):
      KernelError(.rules, errno: 0, object: program, hint: "\(error)")
    }
  }

  /// iptables-restore names the line it stumbled over by number only.
  private func quotedLine(_ message: String, _ input: String) -> String {
    let words = message.split { !$0.isLetter && !$0.isNumber }
    let lines = input.split(separator: "\n", omittingEmptySubsequences: false)
    guard let index = words.firstIndex(of: "line"), index + 1 < words.count,
      let number = Int(words[index + 1]), lines.indices.contains(number - 1)
    else { return "" }
    return ", which is: \(lines[number - 1])"
  }
}
