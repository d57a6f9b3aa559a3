import Testing

@testable import KubernetesClient

/// Plugins as programs: small shell scripts.
@Suite(.timeLimit(.minutes(5))) struct PluginRunnerTests {
  private func script(_ folder: TestFolder, _ text: String) throws -> String {
    try folder.write("#!/bin/sh\n\(text)\n", to: "plugin", mode: 0o755)
  }

  private func error(_ command: PluginCommand, _ runner: PluginRunner = PluginRunner()) async -> HostError? {
    do {
      _ = try await runner.run(command)
      return nil
    } catch { return error }
  }

  @Test func aPluginIsToldItsClusterAndItsAnswerIsUsed() async throws {
    let folder = try TestFolder()
    let path = try script(
      folder,
      #"""
      [ "$1" = get-token ] || exit 9
      printf '%s' "$KUBERNETES_EXEC_INFO" > "$OUT"
      [ -z "$(cat)" ] || exit 8
      echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-script"}}'
      """#)
    let plugin = ExecPlugin(
      apiVersion: "client.authentication.k8s.io/v1", command: path, arguments: ["get-token"],
      environment: ["OUT": "\(folder.path)/info"], wantsClusterInfo: true)
    let access = ClusterAccess(
      origin: .kubeconfig(path: "/f", context: "x"), server: ServerAddress(host: "api", port: 6443),
      tlsServerName: "kubernetes",
      certificateAuthority: CredentialItem(field: "ca", source: .content(Array("CA".utf8))),
      authentication: .plugin(plugin))
    let source = CredentialSource(access, tell: { _ in })
    #expect(try await source.current().authorization == "Bearer from-script")
    let information = String(decoding: try CredentialFile.read("\(folder.path)/info"), as: UTF8.self)
    #expect(
      information
        == #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"cluster":{"certificate-authority-data":"Q0E=","server":"https://api:6443","tls-server-name":"kubernetes"},"interactive":false}}"#
    )
  }

  @Test func aFailureNamesTheStatusAndTheLastLineOfTheErrors() async throws {
    let folder = try TestFolder()
    let path = try script(folder, "echo first >&2; echo session expired >&2; exit 3")
    #expect(
      await error(PluginCommand(program: path)) == HostError("ended with exit status 3: session expired"))
  }

  @Test func aProgramThatIsNotThereIsMissing() async {
    #expect(await error(PluginCommand(program: "no-such-program-here"))?.isMissing == true)
    #expect(await error(PluginCommand(program: "/no/such/program"))?.isMissing == true)
  }

  @Test func aPluginThatTakesTooLongIsEnded() async {
    let runner = PluginRunner(timeLimit: .milliseconds(50))
    let error = await error(PluginCommand(program: "sleep", arguments: ["600"]), runner)
    #expect(error?.message.contains("did not end within") == true, "\(error as Any)")
  }

  @Test func tooMuchOutputIsAnError() async {
    let runner = PluginRunner(timeLimit: .seconds(240), outputLimit: 100)
    let error = await error(PluginCommand(program: "head", arguments: ["-c", "100000", "/dev/zero"]), runner)
    #expect(error?.message == "more than 100 bytes of output")
  }
}
