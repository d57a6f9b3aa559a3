import ArgumentParser
import LinuxNode
import ProxyConfiguration
import Reconciler

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Print what would change, in the words of ipvsadm, ipset and ip; change nothing.",
    discussion: """
      It compares the kernel with the source, beside a running ipvs-proxy or kube-proxy too. Give the flags that \
      ipvs-proxy runs with.

      Examples:
        ipvs-proxy plan --config /var/lib/kube-proxy/config.conf
        ipvs-proxy plan --manifests /etc/ipvs-proxy/manifests
        ipvs-proxy diff --manifests . || echo "not in force: status $?"

      Exit statuses: 0 nothing would change; 1 the source or the kernel can't be read; 2 something would change; 5 \
      manifests with errors; 64 wrong flags or config file.
      """, helpNames: [],
    aliases: ["diff"])

  @Argument(parsing: .captureForPassthrough, help: "Flags: see 'ipvs-proxy plan --help'.")
  var arguments: [String] = []

  func run() async throws {
    try await endingWithStatus {
      let preview = try await Preview(try Options(arguments, of: .plan))
      let lines = try await plan(preview)
      for line in lines { print(line) }
      if preview.hasManifestErrors { throw ExitStatus.manifestErrors.code }
      if !lines.isEmpty { throw ExitStatus.differs.code }
    }
  }

  private func plan(_ preview: Preview) async throws -> [String] {
    do throws(KernelError) {
      let preparation = try await preview.kernel.pendingPreparation()
      return preparation + (try await preview.loop.plan()).operations.map(\.description)
    } catch {
      throw FatalError(.failure, "\(error)")
    }
  }
}
