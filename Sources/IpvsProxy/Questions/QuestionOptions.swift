import ArgumentParser
import ProxyConfiguration

/// Who is asked: the process that runs here or, where a source of Services is named, the source and the kernel.
struct QuestionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Socket of the process to ask.", discussion: "That of its flag --admin-socket.", valueName: "path"))
  var adminSocket = ProxyConfiguration().health.adminSocket

  @Option(
    help: ArgumentHelp(
      "Ask no process: read Services from this directory, and the kernel.", valueName: "dir"))
  var manifests: String?

  @Option(
    help: ArgumentHelp(
      "Ask no process: read Services from the API server, and the kernel.", valueName: "file"))
  var kubeconfig: String?

  @Option(help: ArgumentHelp("The same with kube-proxy's config file.", valueName: "file"))
  var config: String?

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp(
      "Behind --: further flags of 'ipvs-proxy run' for the source and the node.", valueName: "flags"))
  var flags: [String] = []

  /// The flags that name a source and what belongs to it; empty when the process is asked.
  var sourceFlags: [String] {
    let named = [("--manifests", manifests), ("--kubeconfig", kubeconfig), ("--config", config)]
    let source = named.flatMap { name, value in value.map { [name, $0] } ?? [] }
    return source.isEmpty ? [] : source + flags
  }

  func validate() throws {
    guard flags.isEmpty || !sourceFlags.isEmpty else {
      throw ValidationError("flags behind -- belong to --manifests, --kubeconfig or --config")
    }
  }

  var interrogation: Interrogation { Interrogation(socket: adminSocket, sourceFlags: sourceFlags) }
}
