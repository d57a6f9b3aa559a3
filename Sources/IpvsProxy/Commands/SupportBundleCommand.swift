import ArgumentParser
import LinuxNode

struct SupportBundleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "support-bundle",
    abstract: "Write what a bug report needs into an archive, without secrets.",
    discussion: """
      In it: version, flags and configuration, what `check` and `plan` say, virtual servers, sets, addresses and KUBE- \
      rules of the kernel, metrics and health of a running ipvs-proxy, and its last 5,000 log lines where journald has \
      them. Of the kubeconfig only the path is in it, and whatever looks like a secret is taken out. Names and \
      addresses of Services are in it: look before you pass it on. Give the flags that ipvs-proxy runs with.

      Examples:
        ipvs-proxy support-bundle /tmp/node-1.tar.gz --config /var/lib/kube-proxy/config.conf

      Exit statuses: 0 written; 1 it could not be written; 64 wrong flags or config file.
      """, helpNames: [])

  @Argument(parsing: .captureForPassthrough, help: "FILE.tar.gz, then flags.")
  var arguments: [String] = []

  func run() async throws {
    try await endingWithStatus {
      let archive = arguments.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
      let flags = Array(arguments.dropFirst(archive == nil ? 0 : 1))
      let options = try Options(flags, of: .supportBundle)
      guard let archive else {
        throw FatalError(
          .usage,
          "support-bundle needs the name of the archive first: ipvs-proxy support-bundle FILE.tar.gz [flags]")
      }
      let runner = SubprocessRunner()
      let folder = try StagingFolder()
      defer { folder.remove() }
      try folder.write(
        await BundleContents(
          configuration: options.configuration, flags: flags, runner: runner, program: try Self.program
        ).gather())
      try await folder.pack(into: archive, runner)
      print("wrote \(archive): look into it (tar -tzf \(archive)) before you pass it on")
    }
  }

  private static var program: String {
    get throws {
      do throws(HostFiles.Failure) {
        return try HostFiles().target(ofLink: "/proc/self/exe")
      } catch {
        throw FatalError(.failure, "/proc/self/exe can't be read: errno \(error.errno)")
      }
    }
  }
}
