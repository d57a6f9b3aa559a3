import YAML

extension Kubeconfig {
  /// - Throws: AccessError with the file and, where it is known, the field.
  static func parse(_ bytes: [UInt8], path: String) throws(AccessError) -> Kubeconfig {
    let documents: [YAML.Node]
    do throws(YAML.SyntaxError) {
      // Of a key that is there twice the last one counts, as for kubectl.
      documents = try YAML.Node.documents(bytes, duplicateKeys: .kept)
    } catch {
      let place = error.mark.map { "line \($0.line) " } ?? ""
      throw AccessError(file: path, "can't be read as YAML: \(place)\(error.message)")
    }
    guard documents.count < 2 else {
      throw AccessError(file: path, "can't be read as YAML: it has \(documents.count) documents, not one")
    }
    return try Kubeconfig(KubeconfigField(documents.first, path: "", file: path))
  }

  private init(_ root: KubeconfigField) throws(AccessError) {
    guard root.isPresent else { throw AccessError(file: root.file, "is empty") }
    currentContext = try root.field("current-context").string()
    for item in try root.field("clusters").items() {
      clusters.append(
        NamedCluster(name: try item.field("name").required(), cluster: try Cluster(item.field("cluster"))))
    }
    for item in try root.field("users").items() {
      users.append(NamedUser(name: try item.field("name").required(), user: try User(item.field("user"))))
    }
    for item in try root.field("contexts").items() {
      contexts.append(
        NamedContext(name: try item.field("name").required(), context: try Context(item.field("context"))))
    }
  }
}

// Each is nil where its field is absent.

extension Kubeconfig.Context {
  fileprivate init?(_ field: KubeconfigField) throws(AccessError) {
    guard field.isPresent else { return nil }
    cluster = try field.field("cluster").string()
    user = try field.field("user").string()
  }
}

extension Kubeconfig.Cluster {
  fileprivate init?(_ field: KubeconfigField) throws(AccessError) {
    guard field.isPresent else { return nil }
    server = try field.field("server").string()
    tlsServerName = try field.field("tls-server-name").string()
    insecureSkipTLSVerify = try field.field("insecure-skip-tls-verify").bool()
    certificateAuthority = try field.field("certificate-authority").string()
    certificateAuthorityData = try field.field("certificate-authority-data").string()
    proxyURL = try field.field("proxy-url").string()
  }
}

extension Kubeconfig.User {
  fileprivate init?(_ field: KubeconfigField) throws(AccessError) {
    guard field.isPresent else { return nil }
    clientCertificate = try field.field("client-certificate").string()
    clientCertificateData = try field.field("client-certificate-data").string()
    clientKey = try field.field("client-key").string()
    clientKeyData = try field.field("client-key-data").string()
    token = try field.field("token").string()
    tokenFile = try field.field("tokenFile").string()
    username = try field.field("username").string()
    password = try field.field("password").string()
    impersonatedUser = try field.field("as").string()
    let provider = try field.field("auth-provider")
    authProvider = provider.isPresent ? .init(name: try provider.field("name").string()) : nil
    exec = try Kubeconfig.Exec(field.field("exec"))
  }
}

extension Kubeconfig.Exec {
  fileprivate init?(_ field: KubeconfigField) throws(AccessError) {
    guard field.isPresent else { return nil }
    apiVersion = try field.field("apiVersion").string()
    command = try field.field("command").string()
    for item in try field.field("args").items() { args.append(try item.required()) }
    for item in try field.field("env").items() {
      env.append(Variable(name: try item.field("name").required(), value: try item.field("value").string()))
    }
    provideClusterInfo = try field.field("provideClusterInfo").bool()
    interactiveMode = try field.field("interactiveMode").string()
    installHint = try field.field("installHint").string()
  }
}
