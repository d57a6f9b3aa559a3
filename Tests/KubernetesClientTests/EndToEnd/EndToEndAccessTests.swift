import APIServerFake
import Kubernetes
import KubernetesWire
import Reconciler
import Testing

@testable import KubernetesClient

/// Certificates and tokens, and their rotation while watches run.
@Suite(.timeLimit(.minutes(5))) struct EndToEndAccessTests {
  private static func files(_ certificate: TestCertificate) throws -> [String: String] {
    let host = HostAccess.live
    return [
      "client.crt": String(decoding: try host.readFile(certificate.certificatePath), as: UTF8.self),
      "client.key": String(decoding: try host.readFile(certificate.keyPath), as: UTF8.self),
    ]
  }

  @Test func clientCertificatesAreShownAndReplaced() async throws {
    var settings = FakeAPIServer.Settings()
    settings.tls = TLSSettings(requiresClientCertificate: true)
    let server = try await FakeAPIServer.filled(settings)
    var options = EndToEnd.Options()
    options.user = ["client-certificate: client.crt", "client-key: client.key"]
    options.files = try Self.files(.client)
    try await EndToEnd.run(server, options) { world in
      await world.converges()
      #expect(server.requests.all.allSatisfy { $0.hasClientCertificate })
      for (name, text) in try Self.files(.renewedClient) { try world.folder.write(text, to: name) }
      await server.store.cutWatches()
      try await world.change()
      await world.converges()
      #expect(server.requests.all.allSatisfy { $0.hasClientCertificate })
      #expect(await world.believed.removed == EndToEnd.removedByChange)
      #expect(world.notes.all.isEmpty)
    }
  }

  @Test func clientThatTheServerDoesNotKnowIsToldSoAndTakenWhenItsCertificateIs() async throws {
    var settings = FakeAPIServer.Settings()
    settings.tls = TLSSettings(requiresClientCertificate: true)
    let server = try await FakeAPIServer.filled(settings)
    var options = EndToEnd.Options()
    options.user = ["client-certificate: client.crt", "client-key: client.key"]
    options.files = try Self.files(.unknownClient)
    try await EndToEnd.run(server, options) { world in
      await world.tells { if case .unavailable(.service, _, _, _) = $0 { true } else { false } }
      #expect(await world.believed.batches == 0)
      for (name, text) in try Self.files(.client) { try world.folder.write(text, to: name) }
      await world.converges()
    }
  }

  @Test(arguments: [TestCertificate.expiredServer, .wrongHostServer])
  func impostorsAreNotBelieved(_ certificate: TestCertificate) async throws {
    var settings = FakeAPIServer.Settings()
    settings.tls = TLSSettings(certificate)
    let impostor = try await FakeAPIServer.filled(settings)
    try await EndToEnd.run(impostor) { world in
      await world.tells {
        if case .unavailable(.service, let why, _, _) = $0 { why.contains("certificate") } else { false }
      }
      #expect(await world.believed.batches == 0)
      await impostor.stop()
      settings.tls = TLSSettings()
      settings.port = impostor.port
      let server = FakeAPIServer(settings, store: impostor.store)
      try await server.start()
      await world.converges()
      await server.stop()
    }
  }

  @Test func replacedTokensAreUsedWithoutARestart() async throws {
    var settings = FakeAPIServer.Settings()
    settings.token = "first"
    settings.tls = TLSSettings()
    let server = try await FakeAPIServer.filled(settings)
    var options = EndToEnd.Options()
    options.user = ["tokenFile: token"]
    options.files = ["token": "first\n"]
    try await EndToEnd.run(server, options) { world in
      await world.converges()
      await world.watches()
      let before = await world.believed.picture
      // The server takes the new one before the file has it: some requests are refused in between.
      server.setToken("second")
      await server.store.cutWatches()
      await world.tells {
        if case .unavailable(_, let why, _, _) = $0 { why.contains("credentials") } else { false }
      }
      #expect(await world.believed.picture == before)
      try world.folder.write("second\n", to: "token")
      try await world.change()
      await world.converges()
      #expect(server.requests.all.last?.authorization == .bearer("second"))
      #expect(await world.believed.removed == EndToEnd.removedByChange)
    }
  }
}
