import NIOCore
import Reconciler

@testable import KubernetesClient

extension ClusterAccess {
  /// The way to a test's server.
  static func test(
    port: Int, encrypted: Bool = true, authority: String = "authority.pem",
    authentication: Authentication = .none
  ) throws -> ClusterAccess {
    ClusterAccess(
      origin: .kubeconfig(path: "/etc/proxy.conf", context: "default"),
      server: ServerAddress(isEncrypted: encrypted, host: "127.0.0.1", port: port),
      certificateAuthority: encrypted
        ? try TestCertificates.item("clusters[c].certificate-authority", authority) : nil,
      authentication: authentication)
  }
}

/// Runs a test with a transport and shuts it down afterwards.
func withTransport<Result: Sendable>(
  _ access: ClusterAccess, host: HostAccess = .live, limit: RequestLimit = RequestLimit(qps: -1),
  time: any TimeSource = SystemTime(), notes: Notes = Notes(),
  _ body: (HTTPTransport) async throws -> Result
) async throws -> Result {
  let source = CredentialSource(access, host: host, tell: notes.add)
  let transport = HTTPTransport(source, version: "1.2.3", limit: limit, time: time, tell: notes.add)
  do {
    let result = try await body(transport)
    await transport.shutdown()
    return result
  } catch {
    await transport.shutdown()
    throw error
  }
}

extension APIResponse {
  /// The whole body.
  func text() async throws -> String {
    var bytes: [UInt8] = []
    for try await part in body { bytes += part.readableBytesView }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The failure of a request, which must not succeed.
func requestFailure(
  of request: APIRequest = APIRequest(.get, "/version"), over transport: HTTPTransport
) async -> TransportError? {
  do {
    _ = try await transport.send(request)
    return nil
  } catch { return error }
}
