/// The way to one cluster's API server: where it is, how it proves itself, how we prove ourselves.
///
/// A value that names files and programs; `CredentialSource` reads and runs them.
public struct ClusterAccess: Sendable, Hashable {
  public enum Origin: Sendable, Hashable {
    case kubeconfig(path: String, context: String)
    /// The service account of the pod that this process runs in.
    case serviceAccount
    /// Only an address was given, with `--master`.
    case addressOnly
  }

  public var origin: Origin
  public var server: ServerAddress
  /// The name that the server's certificate must have, where it isn't the server's host.
  public var tlsServerName: String?
  /// Whether any certificate of the server will do.
  public var skipsVerification: Bool
  /// PEM. Nil for the authorities that the system trusts.
  public var certificateAuthority: CredentialItem?
  public var clientCertificate: ClientCertificate?
  public var authentication: Authentication
  public var proxy: Proxy?
  /// What works but is unwise: a sentence each, to be logged once.
  public var warnings: [String]

  public init(
    origin: Origin, server: ServerAddress, tlsServerName: String? = nil, skipsVerification: Bool = false,
    certificateAuthority: CredentialItem? = nil, clientCertificate: ClientCertificate? = nil,
    authentication: Authentication = .none, proxy: Proxy? = nil, warnings: [String] = []
  ) {
    self.origin = origin
    self.server = server
    self.tlsServerName = tlsServerName
    self.skipsVerification = skipsVerification
    self.certificateAuthority = certificateAuthority
    self.clientCertificate = clientCertificate
    self.authentication = authentication
    self.proxy = proxy
    self.warnings = warnings
  }

  /// PEM, both.
  public struct ClientCertificate: Sendable, Hashable {
    public var certificate: CredentialItem
    public var key: CredentialItem

    public init(certificate: CredentialItem, key: CredentialItem) {
      self.certificate = certificate
      self.key = key
    }
  }

  /// Who we say we are, besides the client certificate.
  public enum Authentication: Sendable, Hashable {
    case none
    case token(String)
    /// The file is read again for each request, as its token is replaced before it expires. As long as it could never be
    /// read, `fallback` is used.
    case tokenFile(CredentialItem, fallback: String?)
    case basic(username: String, password: String)
    case plugin(ExecPlugin)
  }

  /// A proxy that the server is reached through; TLS goes through it, end to end.
  public struct Proxy: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
      /// CONNECT (RFC 9110 §9.3.6).
      case http
      /// RFC 1928, without a login.
      case socks5
    }

    public var kind: Kind
    public var host: String
    public var port: Int
    /// For `http` only.
    public var login: Login?

    public init(_ kind: Kind = .http, host: String, port: Int, login: Login? = nil) {
      self.kind = kind
      self.host = host
      self.port = port
      self.login = login
    }

    public struct Login: Sendable, Hashable {
      public var username: String
      public var password: String

      public init(username: String, password: String) {
        self.username = username
        self.password = password
      }
    }
  }
}

/// A part of the credentials: its content, or the file that has it and may change.
public struct CredentialItem: Sendable, Hashable {
  public enum Source: Sendable, Hashable {
    case content([UInt8])
    /// An absolute path, or one relative to the working directory.
    case file(String)
  }

  /// Where it was written, for errors: "users[proxy].client-key".
  public var field: String
  public var source: Source

  public init(field: String, source: Source) {
    self.field = field
    self.source = source
  }
}

/// A program that hands out credentials (client.authentication.k8s.io, "exec" in a kubeconfig).
public struct ExecPlugin: Sendable, Hashable {
  /// "client.authentication.k8s.io/v1" or "…/v1beta1".
  public var apiVersion: String
  public var command: String
  public var arguments: [String]
  /// Added to our own environment.
  public var environment: [String: String]
  /// Whether the program is told which cluster it is asked for.
  public var wantsClusterInfo: Bool
  /// What the kubeconfig says to do when the program is missing.
  public var installHint: String?

  public init(
    apiVersion: String, command: String, arguments: [String] = [], environment: [String: String] = [:],
    wantsClusterInfo: Bool = false, installHint: String? = nil
  ) {
    self.apiVersion = apiVersion
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.wantsClusterInfo = wantsClusterInfo
    self.installHint = installHint
  }
}

extension ClusterAccess {
  /// An error that says where it was written.
  func error(field: String?, _ message: String) -> AccessError {
    switch origin {
    case .kubeconfig(let path, let context):
      AccessError(file: path, context: context, field: field, message)
    case .serviceAccount, .addressOnly: AccessError(field: field, message)
    }
  }
}
