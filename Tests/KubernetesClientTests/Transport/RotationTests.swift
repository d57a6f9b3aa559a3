import Glibc
import NIOHTTP1
import Testing

@testable import KubernetesClient

/// What is replaced on disk is in force with the next request.
@Suite(.timeLimit(.minutes(5))) struct RotationTests {
  @Test func aReplacedTokenIsUsedNext() async throws {
    let folder = try TestFolder()
    let path = try folder.write("one\n", to: "token")
    let server = try await TestServer { _ in .whole() }
    let token = CredentialItem(field: "tokenFile", source: .file(path))
    let access = try ClusterAccess.test(
      port: server.port, encrypted: false, authentication: .tokenFile(token, fallback: nil))
    let notes = Notes()
    try await withTransport(access, notes: notes) { transport in
      _ = try await transport.send(APIRequest(.get, "/")).text()
      try folder.write("two", to: "token")
      _ = try await transport.send(APIRequest(.get, "/")).text()
      unlink(path)
      _ = try await transport.send(APIRequest(.get, "/")).text()
      _ = try await transport.send(APIRequest(.get, "/")).text()
    }
    let seen = server.requests.map { $0.head.headers["authorization"].first }
    #expect(seen == ["Bearer one", "Bearer two", "Bearer two", "Bearer two"])
    #expect(
      notes.all == ["tokenFile: can't read \(path): No such file or directory; its last content stays in use"]
    )
    await server.stop()
  }

  @Test func aReplacedClientCertificateIsUsedNext() async throws {
    let folder = try TestFolder()
    func put(_ name: String, _ kinds: [String]) throws {
      for kind in kinds { try folder.write(TestCertificates.pem("\(name).\(kind)"), to: "client.\(kind)") }
    }
    try put("first-client", ["pem", "key"])
    let server = try await TestServer(tls: try TestCertificates.server(asksClients: true)) { _ in .whole() }
    var access = try ClusterAccess.test(port: server.port)
    access.clientCertificate = .init(
      certificate: .init(field: "client-certificate", source: .file("\(folder.path)/client.pem")),
      key: .init(field: "client-key", source: .file("\(folder.path)/client.key")))
    let notes = Notes()
    try await withTransport(access, notes: notes) { transport in
      for _ in 0..<2 { _ = try await transport.send(APIRequest(.get, "/")).text() }
      #expect(server.connectionCount == 1)
      // Between the two renames the pair doesn't match.
      try put("second-client", ["pem"])
      for _ in 0..<2 { _ = try await transport.send(APIRequest(.get, "/")).text() }
      try put("second-client", ["key"])
      for _ in 0..<2 { _ = try await transport.send(APIRequest(.get, "/")).text() }
    }
    #expect(
      server.requests.map(\.client) == [
        "first-client", "first-client", "first-client", "first-client", "second-client", "second-client",
      ])
    #expect(server.connectionCount == 2)
    #expect(notes.all.count == 1)
    #expect(notes.all.first?.contains("client-key: does not belong to the client certificate") == true)
    await server.stop()
  }
}
