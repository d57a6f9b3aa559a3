import APIServerFake
import ArgumentParser
import Foundation

/// The test API server in a process of its own.
@main
struct FakeAPIServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fake-api-server",
    abstract: "An API server for tests: serves Services, EndpointSlices and Nodes, and misbehaves on demand.",
    discussion: """
      Prints "listening on URL" and then takes one JSON object per line from standard input, each answered by one \
      line: "ok", with a number or an object where there is something to tell, or "error: …".

      {"apply": OBJECT}  {"delete": {"kind", "metadata"}}  {"malformed": {"kind", "metadata"}}
      {"restore": LIST}  {"replace": N}: the next endpoint of each of the first N Services is another pod
      {"fault": {"status": 429, "retryAfterSeconds": 1, "verb": "list", "resource": "services", "skips": 0, "times": 2}}
        or instead of status: "page": 502, "cut": BYTES, "slow": {"bytes", "milliseconds"}, and "is": "neverAnswer",
        "hangUp", "expired", "expiredContinue" or "garbage"
      {"clearFaults": true}  {"compact": true}  {"bookmark": true}  {"expire": true}  {"cutWatches": true}
      {"breakConnections": true}  {"stop": true}  {"start": true}  {"token": "…"}  {"requests": true}
      {"events": true}: the Kubernetes Events that clients have sent

      Ends with its standard input, unless --keep-running.
      """)

  @Option(help: "The address to listen on.") var host = "127.0.0.1"
  @Option(help: "0 for one that is free.") var port = 0
  @Option(help: "How many Services to make.") var services = 0
  @Option(help: "How many endpoints each of them has.") var endpoints = 5
  @Option(help: "A Node to make and to place endpoints on; may be given several times.") var node: [String] =
    []
  @Option(help: "A file with a list as the API serves it; may be given several times.") var objects:
    [String] = []
  @Option(name: .customLong("serve-as"), help: "1.21, 1.26, 1.28, 1.31 or 1.36.") var version = "1.36"
  @Flag(help: "HTTPS with a certificate of the test authority.") var tls = false
  @Flag(help: "Only clients with a certificate of the test authority.") var requireClientCertificate = false
  @Option(help: "The certificate: server, server-expired, server-wrong-host.") var certificate = "server"
  @Option(help: "The only bearer token that is let in.") var token: String?
  @Option(help: "A file to write a kubeconfig for this server to.") var kubeconfigOut: String?
  @Option(help: "Seconds between bookmarks.") var bookmarkInterval = 60
  @Flag(help: "Run until the process is ended, though standard input ends.") var keepRunning = false

  func run() async throws {
    let load = Load(
      services: services, endpointsPerService: endpoints,
      nodes: node.isEmpty ? ["node-1", "node-2", "node-3"] : node)
    let server = FakeAPIServer(try settings())
    for path in objects {
      let list = try Data(contentsOf: URL(fileURLWithPath: path))
      try await server.store.restore(try Value(json: list))
    }
    if services > 0 || !node.isEmpty { try await load.fill(server.store) }
    try await server.start()
    if let kubeconfigOut {
      try server.kubeconfig().write(toFile: kubeconfigOut, atomically: true, encoding: .utf8)
    }
    Output.line("listening on \(server.url)")
    let control = Control(server: server, load: load)
    for await line in Input.lines() { Output.line(await control.answer(to: line)) }
    while keepRunning { try await Task.sleep(for: .seconds(3600)) }
    await server.stop()
  }

  private func settings() throws -> FakeAPIServer.Settings {
    var settings = FakeAPIServer.Settings()
    settings.host = host
    settings.port = port
    settings.token = token
    settings.bookmarkInterval = .seconds(bookmarkInterval)
    guard let personality = Personality(name: version) else {
      throw ValidationError(
        "--serve-as: \"\(version)\" is not known; known are 1.21, 1.26, 1.28, 1.31 and 1.36")
    }
    settings.personality = personality
    guard let certificate = TestCertificate(rawValue: certificate) else {
      throw ValidationError("--certificate: \"\(certificate)\" is not known")
    }
    if tls || requireClientCertificate {
      settings.tls = TLSSettings(certificate, requiresClientCertificate: requireClientCertificate)
    }
    return settings
  }
}
