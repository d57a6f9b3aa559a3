import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOSSL
import Synchronization

extension FailureExplanation {
  /// As `explain`, and where the server's certificate isn't trusted, says why: TLS itself doesn't tell.
  func explainWithCertificate(
    _ error: any Error, _ material: Credentials.TLSMaterial
  ) async -> TransportError {
    let explained = explain(error, material)
    guard explained.kind == .tls, "\(error)".contains("CERTIFICATE_VERIFY_FAILED"),
      let certificate = await serverCertificate()
    else { return explained }
    let now = Int64(Date.now.timeIntervalSince1970)
    if certificate.notValidAfter < now {
      let end = Date(timeIntervalSince1970: Double(certificate.notValidAfter)).formatted(.iso8601)
      return failure(.tls, "the server's certificate expired on \(end): renew it there")
    }
    if certificate.notValidBefore > now {
      let start = Date(timeIntervalSince1970: Double(certificate.notValidBefore)).formatted(.iso8601)
      return failure(
        .tls, "the server's certificate is valid only from \(start): is this node's clock right?")
    }
    return failure(
      .tls, "the server's certificate was issued by an authority that isn't trusted: \(authorityAdvice)")
  }

  /// What the server shows: of a connection that is given up before anything is sent over it.
  private func serverCertificate() async -> NIOSSLCertificate? {
    let found = ShownCertificate()
    var configuration = ClientConfiguration.make(for: access)
    configuration.timeout.connect = .seconds(2)
    configuration.tlsConfiguration = .makeClientConfiguration()
    configuration.tlsConfiguration?.certificateVerification = .none
    configuration.http1_1ConnectionDebugInitializer = { channel in
      channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
        found.value.withLock { $0 = certificate }
        throw ChannelError.ioOnClosedChannel
      }
    }
    let client = HTTPClient(
      eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    let request = RequestEncoding(access: access, userAgent: "").encode(
      APIRequest(.get, "/version"), Credentials())
    _ = try? await client.execute(request, timeout: .seconds(2))
    try? await client.shutdown()
    return found.value.withLock(\.self)
  }
}

private final class ShownCertificate: Sendable {
  let value = Mutex<NIOSSLCertificate?>(nil)
}
