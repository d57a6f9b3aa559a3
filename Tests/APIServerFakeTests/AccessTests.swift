import NIOSSL
import Testing

@testable import APIServerFake

/// Who is let in, and what is remembered of a request.
struct AccessTests {
  @Test
  func onlyTheCurrentTokenIsLetIn() async throws {
    var settings = FakeAPIServer.Settings()
    settings.token = "first"
    try await withServer(settings) { server in
      try await Client.with(server) { client in
        let refused = try await client.get("/api/v1/services")
        #expect(refused.status == 401)
        #expect(try refused.value()["reason"] == "Unauthorized")
        #expect(try await client.get("/api/v1/services", token: "first").status == 200)
        server.setToken("second")
        #expect(try await client.get("/api/v1/services", token: "first").status == 401)
        #expect(try await client.get("/api/v1/services", token: "second").status == 200)
      }
      #expect(
        server.requests.all.map(\.authorization) == [
          .none, .bearer("first"), .bearer("first"), .bearer("second"),
        ])
    }
  }

  @Test
  func requestsAreRemembered() async throws {
    try await withServer { server in
      try await Client.with(server) { client in
        _ = try await client.get(
          "/api/v1/nodes?fieldSelector=metadata.name%3Dnode-1&limit=5",
          accept: "application/vnd.kubernetes.protobuf,application/json")
        _ = try await client.get("/apis/discovery.k8s.io/v1/endpointslices?watch=true&timeoutSeconds=1")
      }
      let records = server.requests.all
      try #require(records.count == 2)
      #expect(records[0].verb == .list && records[0].resource == .nodes)
      #expect(records[0][query: "fieldSelector"] == "metadata.name=node-1")
      #expect(records[0][query: "limit"] == "5")
      #expect(records[0].accept == "application/vnd.kubernetes.protobuf,application/json")
      #expect(records[1].verb == .watch && records[1].resource == .endpointSlices)
      #expect(records[0].connection == records[1].connection)
      #expect(await server.requests.wait(within: .seconds(120)) { $0.count == 2 })
      #expect(await !server.requests.wait(within: .milliseconds(10)) { $0.count == 3 })
    }
  }

  @Test(arguments: ["/api/v1/namespaces/default/events", "/apis/events.k8s.io/v1/namespaces/default/events"])
  func eventsAreTakenAndRemembered(_ path: String) async throws {
    try await withServer { server in
      let answer = try await Client.with(server) {
        try await $0.get(path, post: #"{"kind":"Event","metadata":{"name":"a.1"},"reason":"Starting"}"#)
      }
      #expect(answer.status == 201)
      #expect(try answer.value()["metadata"]["namespace"] == "default")
      #expect(server.requests.events.map { $0["reason"] } == ["Starting"])
      #expect(server.requests.all.map(\.verb) == [.post])
    }
  }

  // MARK: - TLS

  private func clientTLS(_ certificate: TestCertificate? = nil) throws -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .file(TestCertificate.authority.certificatePath)
    if let certificate {
      tls.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate.certificatePath).map {
        .certificate($0)
      }
      tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: certificate.keyPath, format: .pem))
    }
    return tls
  }

  private func status(_ server: TLSSettings, client: TestCertificate? = nil) async throws -> RequestRecord {
    var settings = FakeAPIServer.Settings()
    settings.tls = server
    return try await withServer(settings) { server in
      let answer = try await Client.with(server, tls: try clientTLS(client)) { try await $0.get("/version") }
      #expect(answer.status == 200)
      return try #require(server.requests.all.first)
    }
  }

  @Test
  func httpsIsServedWithTheTestAuthority() async throws {
    let record = try await status(TLSSettings())
    #expect(!record.hasClientCertificate)
  }

  @Test(arguments: [TestCertificate.client, .renewedClient])
  func aClientWithACertificateOfTheAuthorityIsLetIn(_ certificate: TestCertificate) async throws {
    let record = try await status(TLSSettings(requiresClientCertificate: true), client: certificate)
    #expect(record.hasClientCertificate)
  }

  @Test(arguments: [nil, TestCertificate.unknownClient])
  func aClientWithoutACertificateOfTheAuthorityIsNot(_ certificate: TestCertificate?) async throws {
    await #expect(throws: (any Error).self) {
      try await status(TLSSettings(requiresClientCertificate: true), client: certificate)
    }
  }

  @Test(arguments: [TestCertificate.expiredServer, .wrongHostServer])
  func aClientThatChecksDoesNotTalkToAnImpostor(_ certificate: TestCertificate) async throws {
    await #expect(throws: (any Error).self) { try await status(TLSSettings(certificate)) }
  }
}
