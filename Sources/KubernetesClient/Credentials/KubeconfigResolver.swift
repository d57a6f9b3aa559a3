import FoundationEssentials

/// Turns the context in use of a kubeconfig into a value that is ready to be used. Reads no other file.
struct KubeconfigResolver {
  let path: String
  let kubeconfig: Kubeconfig
  /// Stands in for the cluster's address: `--master`.
  let master: String?

  private var context: String { kubeconfig.currentContext ?? "" }
  private var clusterName = ""
  private var userName = ""

  init(path: String, kubeconfig: Kubeconfig, master: String?) {
    self.path = path
    self.kubeconfig = kubeconfig
    self.master = master
  }

  mutating func resolve() throws(AccessError) -> ClusterAccess {
    let (cluster, user) = try selected()
    let authority = try item(
      "clusters[\(clusterName)].certificate-authority", data: cluster.certificateAuthorityData,
      file: cluster.certificateAuthority)
    let certificate = try clientCertificate(user)
    let skips = cluster.insecureSkipTLSVerify ?? false
    guard !skips || authority == nil else {
      throw error(
        "clusters[\(clusterName)].insecure-skip-tls-verify",
        "a certificate authority is given and not to be used: remove one of the two")
    }
    let server = try serverAddress(cluster, usesTLS: skips || authority != nil || certificate != nil)
    var access = ClusterAccess(
      origin: .kubeconfig(path: path, context: context), server: server, skipsVerification: skips,
      certificateAuthority: authority, clientCertificate: certificate,
      authentication: try authentication(user))
    access.tlsServerName = try tlsServerName(cluster, server)
    access.proxy = try proxy(cluster, server, tlsServerName: access.tlsServerName)
    access.warnings = warnings(access)
    return access
  }

  /// The cluster and the user of the context in use.
  private mutating func selected() throws(AccessError) -> (Kubeconfig.Cluster, Kubeconfig.User) {
    guard !context.isEmpty else {
      throw AccessError(file: path, field: "current-context", "is missing: it names the context to use")
    }
    guard let chosen = kubeconfig.contexts.first(where: { $0.name == context }) else {
      throw AccessError(file: path, field: "current-context", "there is no context \(context) in the file")
    }
    clusterName = chosen.context?.cluster ?? ""
    userName = chosen.context?.user ?? ""
    guard !clusterName.isEmpty else { throw error("contexts[\(context)].cluster", "is missing") }
    // With an address from elsewhere the cluster's own entry may be left out, as client-go has it.
    let cluster = kubeconfig.clusters.first { $0.name == clusterName }
    guard cluster != nil || master != nil else {
      throw error("contexts[\(context)].cluster", "there is no cluster \(clusterName) in the file")
    }
    guard !userName.isEmpty else { return (cluster?.cluster ?? .init(), .init()) }
    guard let user = kubeconfig.users.first(where: { $0.name == userName }) else {
      throw error("contexts[\(context)].user", "there is no user \(userName) in the file")
    }
    return (cluster?.cluster ?? .init(), user.user ?? .init())
  }

  private func serverAddress(_ cluster: Kubeconfig.Cluster, usesTLS: Bool) throws(AccessError)
    -> ServerAddress
  {
    if let master { return try ClusterAccess.serverAddress(master: master, usesTLS: usesTLS) }
    guard let text = present(cluster.server) else {
      throw error("clusters[\(clusterName)].server", "is missing")
    }
    guard let address = ServerAddress(text, encryptedByDefault: usesTLS) else {
      throw error(
        "clusters[\(clusterName)].server", "\"\(text)\" is not an address like https://10.0.0.1:6443")
    }
    return address
  }

  private func tlsServerName(
    _ cluster: Kubeconfig.Cluster, _ server: ServerAddress
  ) throws(AccessError) -> String? {
    guard let name = present(cluster.tlsServerName), name != server.host else { return nil }
    guard !ServerAddress(host: name, port: server.port).isLiteral else {
      throw error(
        "clusters[\(clusterName)].tls-server-name",
        "\(name) is an address; only a name can be asked for when it isn't the server's own")
    }
    return name
  }

  /// The client certificate of a user: both parts or none.
  private func clientCertificate(
    _ user: Kubeconfig.User
  ) throws(AccessError) -> ClusterAccess.ClientCertificate? {
    let certificate = try item(
      "users[\(userName)].client-certificate", data: user.clientCertificateData, file: user.clientCertificate)
    let key = try item("users[\(userName)].client-key", data: user.clientKeyData, file: user.clientKey)
    switch (certificate, key) {
    case (let certificate?, let key?): return .init(certificate: certificate, key: key)
    case (nil, nil): return nil
    case (nil, _?):
      throw error("users[\(userName)].client-certificate", "is missing; there is a client-key")
    case (_?, nil):
      throw error("users[\(userName)].client-key", "is missing; there is a client-certificate")
    }
  }

  private func warnings(_ access: ClusterAccess) -> [String] {
    var warnings: [String] = []
    if access.skipsVerification, access.server.isEncrypted {
      warnings.append(
        "\(path): insecure-skip-tls-verify is set: whoever answers at \(access.server) is taken for the API server"
      )
    }
    if case .basic = access.authentication {
      warnings.append(
        "\(path): users[\(userName)] has a username and password; Kubernetes' own API server accepts none since v1.19"
      )
    }
    if !access.server.isEncrypted, access.authentication != .none {
      warnings.append("\(path): the credentials go to \(access.server) unencrypted")
    }
    return warnings
  }
}

// What the parts in files of their own need.
extension KubeconfigResolver {
  func error(_ field: String, _ message: String) -> AccessError {
    AccessError(file: path, context: context, field: field, message)
  }

  /// The field of the user that the context in use names.
  func userField(_ name: String) -> String { "users[\(userName)].\(name)" }

  func clusterField(_ name: String) -> String { "clusters[\(clusterName)].\(name)" }

  /// An empty text is as good as none.
  func present(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }

  /// A path as the file means it: relative to the file's own folder.
  func absolute(_ file: String) -> String {
    guard !file.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return file }
    return String(path[...slash]) + file
  }

  /// A field and its "-data" twin, which goes first.
  func item(_ field: String, data: String?, file: String?) throws(AccessError) -> CredentialItem? {
    if let data = present(data) {
      guard let content = Data(base64Encoded: data, options: .ignoreUnknownCharacters), !content.isEmpty
      else {
        throw error("\(field)-data", "is not base64")
      }
      return CredentialItem(field: "\(field)-data", source: .content(Array(content)))
    }
    guard let file = present(file) else { return nil }
    return CredentialItem(field: field, source: .file(absolute(file)))
  }
}
