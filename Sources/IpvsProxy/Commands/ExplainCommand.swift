import ArgumentParser
import Inspection
import Terminal

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why a Service is in the kernel as it is, or what becomes of a connection.",
    discussion: """
      Examples:
        ipvs-proxy explain default/web             every virtual server, each endpoint and why it is in or out
        ipvs-proxy explain default/web:http        one port of it
        ipvs-proxy explain 10.96.0.10:53/udp       a connection from this node
        ipvs-proxy explain 203.0.113.10:80 --from 198.51.100.7

      Exit statuses: 0 explained; 1 there is no such Service; 3 no process answers; 64 the question can't be read.
      """, helpNames: [.short, .long])

  @Argument(help: ArgumentHelp("[NAMESPACE/]NAME[:PORT] or IP:PORT[/PROTOCOL].", valueName: "what"))
  var target: String

  @Option(help: ArgumentHelp("Who connects; without it, the node itself.", valueName: "ip"))
  var from = "node"

  @Option(name: [.short, .long], help: "json or yaml, for programs.")
  var output: StatusCommand.Format?

  @OptionGroup var source: QuestionOptions

  func run() async throws {
    try await endingWithStatus {
      do throws(InvalidQuestion) {
        _ = try ExplanationTarget(target)
      } catch {
        throw FatalError(.usage, "\(error)")
      }
      let explanation = try await source.interrogation.ask { try await $0.explain(target, from: from) }
      switch output {
      case nil: Printing.print(ExplanationText(explanation).lines(.ofStandardOutput()))
      case .json: print(try Printing.json(Answer(explanation)))
      case .yaml: print(try Printing.yaml(Answer(explanation)), terminator: "")
      }
    }
  }
}
