import NIOHTTP1
import NIOSSL
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(5))) struct TLSTests {
  /// What a server with this certificate gets from a client with this access.
  private func outcome(
    _ tls: TLSConfiguration, _ change: (inout ClusterAccess) throws -> Void = { _ in }
  ) async throws -> (failure: TransportError?, requests: [TestServer.Request]) {
    let server = try await TestServer(tls: tls) { _ in .whole() }
    var access = try ClusterAccess.test(port: server.port)
    try change(&access)
    let failure = try await withTransport(access) { await requestFailure(over: $0) }
    await server.stop()
    return (failure, server.requests)
  }

  @Test func aCertificateOfTheAuthorityIsTrusted() async throws {
    let (failure, requests) = try await outcome(TestCertificates.server())
    #expect(failure == nil)
    #expect(requests.count == 1)
  }

  @Test func anotherAuthorityIsNamedAsTheReason() async throws {
    let (failure, requests) = try await outcome(TestCertificates.server()) {
      $0.certificateAuthority = try TestCertificates.item("certificate-authority", "other-authority.pem")
    }
    #expect(failure?.kind == .tls)
    #expect(
      failure?.message.contains("issued by an authority that isn't trusted") == true, "\(failure as Any)")
    #expect(failure?.message.contains("certificate-authority") == true)
    #expect(requests.isEmpty)
  }

  @Test func anExpiredCertificateIsNamedWithItsDate() async throws {
    let (failure, requests) = try await outcome(TestCertificates.server("expired-server"))
    #expect(failure?.kind == .tls)
    #expect(
      failure?.message == "the server's certificate expired on 2021-01-01T00:00:00Z: renew it there")
    #expect(requests.isEmpty)
  }

  @Test func aCertificateForOtherNamesAdvisesTLSServerName() async throws {
    let (failure, requests) = try await outcome(TestCertificates.server("server-by-name"))
    #expect(failure?.kind == .tls)
    #expect(failure?.message.contains("set tls-server-name") == true, "\(failure as Any)")
    #expect(requests.isEmpty)
  }

  @Test func tlsServerNameIsTheNameThatCounts() async throws {
    let right = try await outcome(TestCertificates.server("server-by-name")) { $0.tlsServerName = "api.test" }
    #expect(right.failure == nil)
    #expect(right.requests.first?.head.headers["host"].first?.hasPrefix("127.0.0.1:") == true)
    let wrong = try await outcome(TestCertificates.server("server-by-name")) {
      $0.tlsServerName = "other.test"
    }
    #expect(wrong.failure?.kind == .tls)
    #expect(wrong.requests.isEmpty)
  }

  @Test func verificationIsSkippedOnlyWhenAskedFor() async throws {
    let (failure, _) = try await outcome(TestCertificates.server("expired-server")) {
      $0.certificateAuthority = nil
      $0.skipsVerification = true
    }
    #expect(failure == nil)
  }

  @Test func theServerSeesTheClientCertificate() async throws {
    let (failure, requests) = try await outcome(TestCertificates.server(asksClients: true)) {
      $0.clientCertificate = .init(
        certificate: try TestCertificates.item("client-certificate", "first-client.pem"),
        key: try TestCertificates.item("client-key", "first-client.key"))
    }
    #expect(failure == nil)
    #expect(requests.first?.client == "first-client")
  }

  @Test func aServerThatAsksForACertificateSaysSo() async throws {
    let (failure, _) = try await outcome(TestCertificates.server(asksClients: true))
    #expect(failure?.kind == .tls)
    #expect(failure?.message.contains("we have no client certificate") == true, "\(failure as Any)")
  }

  @Test func aServerWithoutTLSIsRecognized() async throws {
    let server = try await TestServer { _ in .whole() }
    let failure = try await withTransport(try .test(port: server.port)) { await requestFailure(over: $0) }
    #expect(failure?.kind == .tls)
    #expect(failure?.message.contains("doesn't speak TLS") == true, "\(failure as Any)")
    await server.stop()
  }

  @Test func nobodyListeningIsUnreachable() async throws {
    let port = try UnusedPort()
    let failure = try await withTransport(try .test(port: port.number)) { await requestFailure(over: $0) }
    #expect(failure?.kind == .unreachable)
    #expect(failure?.message.contains("connection refused") == true, "\(failure as Any)")
    #expect(failure?.server == "https://127.0.0.1:\(port.number)")
  }
}
