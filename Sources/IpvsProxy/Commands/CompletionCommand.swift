import AdminClient
import ArgumentParser
import Inspection
import ProxyConfiguration

struct CompletionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completion", abstract: "Print what a shell needs to complete commands, flags and names.",
    discussion: """
      The Debian package has it for all three shells. Names of Services and namespaces come from the running process.

      Examples:
        source <(ipvs-proxy completion bash)
        ipvs-proxy completion zsh > /usr/local/share/zsh/site-functions/_ipvs-proxy
        ipvs-proxy completion fish > ~/.config/fish/completions/ipvs-proxy.fish

      Exit statuses: 0 printed; 64 no such shell.
      """, helpNames: [.short, .long])

  @Argument(help: "bash, zsh or fish.")
  var shell: CompletionScript

  func run() { print(shell.text, terminator: "") }
}

/// What the scripts ask: lines of a candidate and, behind a tab, its meaning; or `:files` or `:directories`.
struct CompleteCommand: AsyncParsableCommand {
  /// Nobody waits longer for a key.
  private static let limit: Int64 = 2

  static let configuration = CommandConfiguration(
    commandName: "complete", abstract: "Complete a command line, for the scripts of 'completion'.",
    shouldDisplay: false, helpNames: [])

  @Argument(parsing: .captureForPassthrough, help: "--, then the words up to the cursor.")
  var words: [String] = []

  func run() async throws {
    let words = Array(words.first == "--" ? words.dropFirst() : words[...])
    switch Completion(program: try CommandDescription.program()).answer(words) {
    case .candidates(let candidates):
      for candidate in candidates { print("\(candidate.text)\t\(candidate.meaning)") }
    case .files: print(":files")
    case .directories: print(":directories")
    case .names(let kind, let prefix):
      // Without a process, or for who isn't root, there is nothing to offer.
      let names = (try? await names(kind, words)) ?? []
      let current = words.last?.dropFirst(prefix.count) ?? ""
      for name in names where name.hasPrefix(current) { print("\(prefix)\(name)\t") }
    }
  }

  private func names(_ kind: ValueKind, _ words: [String]) async throws -> [String] {
    let socket = Self.value(of: ["--admin-socket"], in: words) ?? ProxyConfiguration().health.adminSocket
    let client = AdminClient(path: socket, limit: Self.limit)
    do {
      let namespace = Self.value(of: ["-n", "--namespace"], in: words) ?? "default"
      let isForAll = words.contains { $0 == "-A" || $0 == "--all-namespaces" }
      let names =
        kind == .node
        ? try await client.nodes().map(\.name)
        : Self.names(kind, try await client.serviceAddresses(), in: isForAll ? nil : namespace)
      await client.shutdown()
      return names
    } catch {
      await client.shutdown()
      throw error
    }
  }

  /// In order, each once.
  static func names(_ kind: ValueKind, _ services: [ServiceAddresses], in namespace: String?) -> [String] {
    let names =
      switch kind {
      case .namespace: services.map(\.namespace)
      case .service: services.filter { namespace == nil || $0.namespace == namespace }.map(\.name)
      case .qualifiedService: services.map { "\($0.namespace)/\($0.name)" }
      case .any, .choices, .file, .directory, .node: [String]()
      }
    return Set(names).sorted()
  }

  private static func value(of names: [String], in words: [String]) -> String? {
    for (index, word) in words.enumerated() {
      if names.contains(word), index + 1 < words.count - 1 { return words[index + 1] }
      for name in names where word.hasPrefix(name + "=") { return String(word.dropFirst(name.count + 1)) }
    }
    return nil
  }
}
