import NIOHTTP1
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(5))) struct ProxyTests {
  @Test func aServerByNameIsReachedAndVerifiedThroughTheProxy() async throws {
    let server = try await TestServer(tls: try TestCertificates.server()) { _ in .whole(body: "through") }
    let proxy = try await TestProxy(tunnelTo: server.port)
    var access = try ClusterAccess.test(port: 6443, authentication: .token("secret"))
    access.server.host = "api.test"
    access.proxy = .init(host: "127.0.0.1", port: proxy.port, login: .init(username: "me", password: "pw"))
    try await withTransport(access) { transport in
      let text = try await transport.send(APIRequest(.get, "/version")).text()
      #expect(text == "through")
    }
    let header = try #require(proxy.requests.first?.lowercased())
    #expect(header.hasPrefix("connect api.test:6443 http/1.1\r\n"))
    #expect(header.contains("proxy-authorization: basic bwu6chc=\r\n"))
    // What is for the API server is not for the proxy.
    #expect(!header.contains("secret"))
    #expect(server.requests.first?.head.headers["authorization"] == ["Bearer secret"])
    await proxy.stop()
    await server.stop()
  }

  @Test func aServerByAddressIsVerifiedByItsTLSServerName() async throws {
    let server = try await TestServer(tls: try TestCertificates.server("server-by-name")) { _ in .whole() }
    let proxy = try await TestProxy(tunnelTo: server.port)
    var access = try ClusterAccess.test(port: 6443)
    access.server.host = "192.0.2.1"
    access.tlsServerName = "api.test"
    access.proxy = .init(host: "127.0.0.1", port: proxy.port)
    let failure = try await withTransport(access) { await requestFailure(over: $0) }
    #expect(failure == nil)
    #expect(proxy.requests.first?.hasPrefix("CONNECT 192.0.2.1:6443 ") == true, "\(proxy.requests)")
    await proxy.stop()
    await server.stop()
  }

  @Test(arguments: [
    ("407 Proxy Authentication Required", "username and password"), ("403 Forbidden", "refuses to connect"),
  ])
  func aRefusalOfTheProxyIsExplained(status: String, message: String) async throws {
    let proxy = try await TestProxy(
      tunnelTo: 1, answer: "HTTP/1.1 \(status)\r\ncontent-length: 0\r\n\r\n")
    var access = try ClusterAccess.test(port: 6443)
    access.server.host = "api.test"
    access.proxy = .init(host: "127.0.0.1", port: proxy.port)
    let failure = try await withTransport(access) { await requestFailure(over: $0) }
    #expect(failure?.kind == .unreachable)
    #expect(failure?.message.contains(message) == true, "\(failure as Any)")
    await proxy.stop()
  }
}
