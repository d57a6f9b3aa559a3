import ArgumentParser
import Inspection
import ProxyConfiguration
import Terminal

struct StatusCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case json, yaml
  }

  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show on one screen how the process that runs here does.",
    discussion: """
      Examples:
        ipvs-proxy status
        ipvs-proxy status -o json

      Exit statuses: 0 healthy; 1 something is not in force, or the node not served; 3 no process answers.
      """, helpNames: [.short, .long])

  @Option(name: [.short, .long], help: "json or yaml, for programs.")
  var output: Format?

  @Option(help: ArgumentHelp("Socket of the process.", valueName: "path"))
  var adminSocket = ProxyConfiguration().health.adminSocket

  func run() async throws {
    try await endingWithStatus {
      let status = try await Interrogation(socket: adminSocket).ask { try await $0.health() }
      switch output {
      case nil: Printing.print(HealthScreen(status).lines(.ofStandardOutput()))
      case .json: print(try Printing.json(Answer(status)))
      case .yaml: print(try Printing.yaml(Answer(status)), terminator: "")
      }
      if !status.isHealthy { throw ExitStatus.failure.code }
    }
  }
}
