import FoundationEssentials

/// What one request takes along, as of now.
public struct Credentials: Sendable, Hashable {
  /// The header field Authorization; nil without one.
  public var authorization: String?
  public var tls: TLSMaterial

  public init(authorization: String? = nil, tls: TLSMaterial = TLSMaterial()) {
    self.authorization = authorization
    self.tls = tls
  }

  /// PEM throughout.
  public struct TLSMaterial: Sendable, Hashable {
    /// Nil for the authorities that the system trusts.
    public var authority: [UInt8]?
    public var clientCertificate: [UInt8]?
    public var clientKey: [UInt8]?

    public init(authority: [UInt8]? = nil, clientCertificate: [UInt8]? = nil, clientKey: [UInt8]? = nil) {
      self.authority = authority
      self.clientCertificate = clientCertificate
      self.clientKey = clientKey
    }
  }

  static func bearer(_ token: String) -> String { "Bearer \(token)" }

  /// RFC 7617.
  static func basic(username: String, password: String) -> String {
    "Basic \(Data("\(username):\(password)".utf8).base64EncodedString())"
  }
}
