import AsyncHTTPClient
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Turns what the libraries throw into what an operator understands.
struct FailureExplanation: Sendable {
  let access: ClusterAccess

  var server: String { "\(access.server)" }

  /// What an error of the HTTP client, NIO, NIOSSL or the task means; `material` is what the connection was made with.
  func explain(_ error: any Error, _ material: Credentials.TLSMaterial) -> TransportError {
    switch error {
    case let error as TransportError: return error
    case is CancellationError: return failure(.cancelled, "cancelled")
    case let error as HTTPClientError: return explain(client: error)
    case let error as NIOConnectionError: return explain(connection: error)
    case let error as IOError: return explain(code: error.errnoCode)
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
      return failure(.tls, "the server's certificate is for other names: \(hostnameAdvice)")
    case NIOSSLError.uncleanShutdown:
      return failure(.closed, "the connection ended in the middle of an answer")
    case let error as NIOSSLError: return failure(.tls, handshake("\(error)", material))
    case let error as BoringSSLError: return failure(.tls, handshake("\(error)", material))
    case let error as NIOSSLExtraError: return failure(.tls, "TLS failed: \(error)")
    case is ChannelError: return failure(.closed, "the connection ended")
    case HTTPParserError.invalidEOFState:
      return failure(.closed, "the connection ended in the middle of an answer")
    case let error as HTTPParserError:
      return failure(.closed, "the answer is not HTTP/1.1 (\(error)): is this the API server's port?")
    default: return failure(.closed, "\(error)")
    }
  }

  func failure(_ kind: TransportError.Kind, _ message: String) -> TransportError {
    TransportError(kind, server: server, message: message)
  }

  private func explain(client error: HTTPClientError) -> TransportError {
    switch error {
    case .cancelled: failure(.cancelled, "cancelled")
    case .connectTimeout, .getConnectionFromPoolTimeout:
      failure(.unreachable, "nobody answers there: is the address right, and does a firewall let through?")
    case .deadlineExceeded: failure(.timeout, "no answer in time")
    case .readTimeout: failure(.timeout, "the answer's next part did not come in time")
    case .tlsHandshakeTimeout: failure(.timeout, "TLS was not agreed on in time")
    case .httpProxyHandshakeTimeout: failure(.unreachable, "the proxy (proxy-url) doesn't answer")
    case .proxyAuthenticationRequired:
      failure(.unreachable, "the proxy asks for a username and password: write them in proxy-url")
    case .invalidProxyResponse:
      failure(.unreachable, "the proxy (proxy-url) refuses to connect to the server")
    case .remoteConnectionClosed:
      failure(.closed, "the server closed the connection before its answer was whole")
    case .alreadyShutdown: failure(.cancelled, "the client is shut down")
    default: failure(.closed, error.shortDescription)
    }
  }

  private func explain(connection error: NIOConnectionError) -> TransportError {
    if let code = error.connectionErrors.lazy.compactMap({ ($0.error as? IOError)?.errnoCode }).first {
      return explain(code: code)
    }
    if error.connectionErrors.isEmpty {
      return failure(.unreachable, "the name \(error.host) can't be resolved")
    }
    return failure(
      .unreachable, "nobody answers there: is the address right, and does a firewall let through?")
  }

  private func explain(code: CInt) -> TransportError {
    let text = String(cString: strerror(code)).lowercased()
    switch code {
    case ECONNRESET, EPIPE, ENOTCONN: return failure(.closed, text)
    case ETIMEDOUT: return failure(.timeout, "the other end is gone: \(text)")
    case ECONNREFUSED: return failure(.unreachable, "\(text): nobody listens at this address and port")
    default: return failure(.unreachable, text)
    }
  }

  private func handshake(_ reason: String, _ material: Credentials.TLSMaterial) -> String {
    if reason.contains("CERTIFICATE_VERIFY_FAILED") {
      return "the server's certificate isn't trusted: \(authorityAdvice)"
    }
    if reason.contains("WRONG_VERSION_NUMBER") || reason.contains("HTTP_REQUEST") {
      return
        "the server doesn't speak TLS there: is the port right, or should the address begin with http://?"
    }
    if reason.contains("ALERT") {
      let alert = reason.contains("CERTIFICATE_REQUIRED") ? "asks for a client certificate" : "ended TLS"
      return "the server \(alert)\(clientCertificateAdvice(material)) (\(Self.shortened(reason)))"
    }
    return "TLS failed: \(Self.shortened(reason))"
  }

  var authorityAdvice: String {
    switch access.origin {
    case .kubeconfig:
      access.certificateAuthority == nil
        ? "set certificate-authority to the authority that issued it"
        : "it was not issued by certificate-authority (or isn't valid yet, or no longer)"
    case .serviceAccount:
      "it was not issued by the authority in \(ClusterAccess.serviceAccountFolder)/ca.crt (or isn't valid any more)"
    case .addressOnly: "give --kubeconfig with its certificate-authority"
    }
  }

  private var hostnameAdvice: String {
    access.tlsServerName.map { "tls-server-name is \($0)" }
      ?? "set tls-server-name to one of them, or server to an address that it has"
  }

  private func clientCertificateAdvice(_ material: Credentials.TLSMaterial) -> String {
    guard let end = TLSConfigurationBuilder.clientCertificateEnd(material) else {
      return material.clientCertificate == nil ? "; we have no client certificate" : ""
    }
    let date = Date(timeIntervalSince1970: Double(end))
    return date < Date.now ? "; our client certificate expired on \(date.formatted(.iso8601))" : ""
  }

  /// The reasons of BoringSSL without its file names and lines.
  private static func shortened(_ reason: String) -> String {
    let words = reason.split { !($0.isUppercase || $0 == "_" || $0.isNumber) }
    let names = words.filter { $0.count > 5 && $0.contains("_") }
    return names.isEmpty ? reason : Set(names).sorted().joined(separator: ", ")
  }
}
