import ArgumentParser
import LinuxNode
import ProxyConfiguration
import Reconciler

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Print what would change, in the words of ipvsadm, ipset and ip; change nothing.",
    discussion: "Exit status 0 when nothing would change, 2 when something would.", helpNames: [],
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
