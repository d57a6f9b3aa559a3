import FoundationEssentials

/// What a credential plugin is told and answers (client.authentication.k8s.io, `ExecCredential`).
enum ExecCredential {
  static let apiVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

  /// What a plugin handed out.
  struct Answer: Sendable, Hashable {
    var token: String?
    /// PEM.
    var clientCertificate: [UInt8]?
    var clientKey: [UInt8]?
    /// Nanoseconds since 1970; nil for as long as the server accepts them.
    var expiresAt: Int64?
  }

  /// The command with what it is to know in KUBERNETES_EXEC_INFO. `authority` is the cluster's, in PEM.
  static func command(
    _ plugin: ExecPlugin, for access: ClusterAccess, authority: [UInt8]?
  ) throws -> PluginCommand {
    var cluster: Request.Cluster?
    if plugin.wantsClusterInfo {
      cluster = Request.Cluster(
        server: "\(access.server)", tlsServerName: access.tlsServerName,
        skipsVerification: access.skipsVerification ? true : nil,
        authority: authority.map { Data($0).base64EncodedString() },
        proxy: access.proxy.map { "\($0.kind)://\($0.host):\($0.port)" })
    }
    let request = Request(
      apiVersion: plugin.apiVersion, spec: .init(interactive: false, cluster: cluster))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let information = String(decoding: try encoder.encode(request), as: UTF8.self)
    return PluginCommand(
      program: plugin.command, arguments: plugin.arguments,
      environment: plugin.environment.merging(["KUBERNETES_EXEC_INFO": information]) { $1 })
  }

  /// - Throws: HostError with a sentence that goes on after the program's name.
  static func answer(_ output: [UInt8], to plugin: ExecPlugin) throws(HostError) -> Answer {
    let response: Response
    do {
      response = try JSONDecoder().decode(Response.self, from: Data(output))
    } catch { throw HostError("its output is not an ExecCredential in JSON") }
    guard response.kind == "ExecCredential", response.apiVersion == plugin.apiVersion else {
      throw HostError(
        "it answers with \(response.kind ?? "no kind") of \(response.apiVersion ?? "no version"), "
          + "asked for was ExecCredential of \(plugin.apiVersion)")
    }
    let status = response.status ?? .init()
    let token = status.token.flatMap { $0.isEmpty ? nil : $0 }
    let certificate = status.clientCertificateData.flatMap { $0.isEmpty ? nil : Array($0.utf8) }
    let key = status.clientKeyData.flatMap { $0.isEmpty ? nil : Array($0.utf8) }
    guard (certificate == nil) == (key == nil) else {
      throw HostError("it gives a client certificate without its key, or a key without its certificate")
    }
    guard token != nil || certificate != nil else { throw HostError("it gives no credentials") }
    if let token, !token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
      throw HostError("its token has characters that no token has")
    }
    return Answer(
      token: token, clientCertificate: certificate, clientKey: key,
      expiresAt: try status.expirationTimestamp.map(nanoseconds))
  }

  private static func nanoseconds(_ text: String) throws(HostError) -> Int64 {
    let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
    guard let date = styles.lazy.compactMap({ try? $0.parse(text) }).first,
      let seconds = Int64(exactly: date.timeIntervalSince1970.rounded(.down)),
      case let (value, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000), !overflow
    else { throw HostError("its expirationTimestamp \"\(text)\" is not a time (RFC 3339)") }
    return value
  }

  private struct Request: Encodable {
    let kind = "ExecCredential"
    let apiVersion: String
    let spec: Spec

    struct Spec: Encodable {
      let interactive: Bool
      let cluster: Cluster?
    }

    struct Cluster: Encodable {
      let server: String
      let tlsServerName: String?
      let skipsVerification: Bool?
      let authority: String?
      let proxy: String?

      enum CodingKeys: String, CodingKey {
        case server
        case tlsServerName = "tls-server-name"
        case skipsVerification = "insecure-skip-tls-verify"
        case authority = "certificate-authority-data"
        case proxy = "proxy-url"
      }
    }
  }

  private struct Response: Decodable {
    var kind: String?
    var apiVersion: String?
    var status: Status?

    struct Status: Decodable {
      var token: String?
      var clientCertificateData: String?
      var clientKeyData: String?
      var expirationTimestamp: String?
    }
  }
}
