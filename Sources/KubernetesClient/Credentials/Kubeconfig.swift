import Yams

/// A kubeconfig as it is written (Kubernetes, client-go `tools/clientcmd/api/v1`); unknown fields are ignored.
struct Kubeconfig: Decodable {
  var currentContext: String?
  var clusters: [NamedCluster]?
  var users: [NamedUser]?
  var contexts: [NamedContext]?

  enum CodingKeys: String, CodingKey {
    case currentContext = "current-context"
    case clusters, users, contexts
  }

  struct NamedCluster: Decodable {
    var name: String
    var cluster: Cluster?
  }

  struct NamedUser: Decodable {
    var name: String
    var user: User?
  }

  struct NamedContext: Decodable {
    var name: String
    var context: Context?
  }

  struct Context: Decodable {
    var cluster: String?
    var user: String?
  }

  struct Cluster: Decodable {
    var server: String?
    var tlsServerName: String?
    var insecureSkipTLSVerify: Bool?
    var certificateAuthority: String?
    var certificateAuthorityData: String?
    var proxyURL: String?

    enum CodingKeys: String, CodingKey {
      case server
      case tlsServerName = "tls-server-name"
      case insecureSkipTLSVerify = "insecure-skip-tls-verify"
      case certificateAuthority = "certificate-authority"
      case certificateAuthorityData = "certificate-authority-data"
      case proxyURL = "proxy-url"
    }
  }

  struct User: Decodable {
    var clientCertificate: String?
    var clientCertificateData: String?
    var clientKey: String?
    var clientKeyData: String?
    var token: String?
    var tokenFile: String?
    var username: String?
    var password: String?
    var impersonatedUser: String?
    var authProvider: AuthProvider?
    var exec: Exec?

    enum CodingKeys: String, CodingKey {
      case clientCertificate = "client-certificate"
      case clientCertificateData = "client-certificate-data"
      case clientKey = "client-key"
      case clientKeyData = "client-key-data"
      case token, tokenFile, username, password, exec
      case impersonatedUser = "as"
      case authProvider = "auth-provider"
    }
  }

  struct AuthProvider: Decodable {
    var name: String?
  }

  struct Exec: Decodable {
    var apiVersion: String?
    var command: String?
    var args: [String]?
    var env: [Variable]?
    var provideClusterInfo: Bool?
    var interactiveMode: String?
    var installHint: String?

    struct Variable: Decodable {
      var name: String
      var value: String?
    }
  }
}

extension Kubeconfig {
  /// - Throws: AccessError with the file and, where it is known, the field.
  static func parse(_ bytes: [UInt8], path: String) throws(AccessError) -> Kubeconfig {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw AccessError(file: path, "is not UTF-8 text")
    }
    do {
      return try YAMLDecoder().decode(Kubeconfig.self, from: text)
    } catch let error as DecodingError {
      throw explained(error, path: path)
    } catch {
      throw AccessError(file: path, "can't be read as YAML: \(error)")
    }
  }

  private static func explained(_ error: DecodingError, path: String) -> AccessError {
    switch error {
    case .typeMismatch(_, let context):
      return AccessError(file: path, field: field(context.codingPath), "has a value of the wrong kind")
    case .valueNotFound(_, let context):
      return AccessError(file: path, field: field(context.codingPath), "has no value")
    case .keyNotFound(let key, let context):
      return AccessError(file: path, field: field(context.codingPath + [key]), "is missing")
    case .dataCorrupted(let context):
      let reason = context.underlyingError.map { "\($0)" } ?? context.debugDescription
      return AccessError(file: path, field: field(context.codingPath), "can't be read as YAML: \(reason)")
    @unknown default:
      return AccessError(file: path, "can't be read as a kubeconfig: \(error)")
    }
  }

  /// "users[0].user.token".
  private static func field(_ path: [any CodingKey]) -> String? {
    let text = path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return text.isEmpty ? nil : text
  }
}
