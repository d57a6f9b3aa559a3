import NIOCore

/// One request to the API server.
public struct APIRequest: Sendable, Hashable {
  public enum Method: String, Sendable, Hashable { case get = "GET", post = "POST", patch = "PATCH" }

  public var method: Method
  /// Begins with a slash; without query.
  public var path: String
  /// In the order to be sent, not yet percent-encoded.
  public var query: [QueryItem]
  /// Media types in order of preference, as the header field Accept has them.
  public var accept: String
  /// Media type of `body`; nil without one.
  public var contentType: String?
  public var body: [UInt8]
  /// The longest silence between two parts of the answer; nil for no limit but the connection's own.
  public var idleTimeout: Duration?

  public init(
    _ method: Method = .get, _ path: String, query: [QueryItem] = [], accept: String = "application/json",
    contentType: String? = nil, body: [UInt8] = [], idleTimeout: Duration? = .seconds(30)
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.accept = accept
    self.contentType = contentType
    self.body = body
    self.idleTimeout = idleTimeout
  }

  public struct QueryItem: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }
}

/// An answer whose body is read as it arrives: reading slowly slows the server down. Dropping the body closes the
/// stream.
public struct APIResponse: Sendable {
  public var status: Int
  /// Media type with parameters, lower case; empty when the server named none.
  public var contentType: String
  /// From the header field Retry-After (RFC 9110 §10.2.3).
  public var retryAfter: Duration?
  /// Ends with a TransportError when the connection breaks before the answer's end.
  public var body: AsyncThrowingStream<ByteBuffer, any Error>

  public init(
    status: Int, contentType: String, retryAfter: Duration? = nil,
    body: AsyncThrowingStream<ByteBuffer, any Error>
  ) {
    self.status = status
    self.contentType = contentType
    self.retryAfter = retryAfter
    self.body = body
  }
}

/// The way to the API server: addresses, TLS and credentials are its business. Tests have one of their own.
public protocol APITransport: Sendable {
  /// Sends the request and returns when the header of the answer is there, whatever its status.
  func send(_ request: APIRequest) async throws(TransportError) -> APIResponse
}

/// Why there was no answer, or not all of it.
public struct TransportError: Error, Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// Nobody listens, no route, the name can't be resolved.
    case unreachable
    /// No agreement on TLS: a certificate that isn't trusted, or one that the server asks for.
    case tls
    /// The answer, or its next part, did not come in time.
    case timeout
    /// The connection ended in the middle of an answer.
    case closed
    /// The credentials could not be had: a token file, an exec plugin.
    case credentials
    case cancelled
  }

  public let kind: Kind
  /// "https://10.0.0.1:6443".
  public let server: String
  /// What happened, in words, and what to do where that is known.
  public let message: String

  public init(_ kind: Kind, server: String, message: String) {
    self.kind = kind
    self.server = server
    self.message = message
  }
}

extension TransportError: CustomStringConvertible {
  /// "https://10.0.0.1:6443: connection refused".
  public var description: String { "\(server): \(message)" }
}
