extension KubeconfigResolver {
  /// How a user proves itself. As in client-go, a token goes before a password and both before a plugin; of a token and
  /// a token file, the file's content is used as soon as it could be read.
  func authentication(_ user: Kubeconfig.User) throws(AccessError) -> ClusterAccess.Authentication {
    guard user.impersonatedUser == nil else {
      throw error(userField("as"), "acting as another user is not supported: use credentials of that user")
    }
    if let provider = user.authProvider {
      throw error(
        userField("auth-provider"),
        "\(provider.name ?? "it") is not supported, Kubernetes itself removed it in v1.26: use an exec plugin or a token"
      )
    }
    if let file = present(user.tokenFile) {
      let item = CredentialItem(field: userField("tokenFile"), source: .file(absolute(file)))
      return .tokenFile(item, fallback: present(user.token))
    }
    if let token = present(user.token) {
      guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw error(userField("token"), "has characters that no token has")
      }
      return .token(token)
    }
    if let username = present(user.username) {
      return .basic(username: username, password: user.password ?? "")
    }
    return try user.exec.map { exec throws(AccessError) in .plugin(try plugin(exec)) } ?? .none
  }

  private func plugin(_ exec: Kubeconfig.Exec) throws(AccessError) -> ExecPlugin {
    guard let command = present(exec.command) else { throw error(userField("exec.command"), "is missing") }
    let apiVersion = present(exec.apiVersion) ?? ""
    guard ExecCredential.apiVersions.contains(apiVersion) else {
      let known = ExecCredential.apiVersions.joined(separator: " or ")
      throw error(
        userField("exec.apiVersion"),
        apiVersion.isEmpty ? "is missing: \(known)" : "\(apiVersion) is not \(known)")
    }
    switch present(exec.interactiveMode) {
    case "Never", "IfAvailable", nil: break
    case "Always":
      throw error(
        userField("exec.interactiveMode"), "\(command) wants to ask somebody, and nobody is there: use Never")
    case let mode?:
      throw error(userField("exec.interactiveMode"), "\(mode) is not Never, IfAvailable or Always")
    }
    let variables = exec.env.map { ($0.name, $0.value ?? "") }
    return ExecPlugin(
      apiVersion: apiVersion, command: command.contains("/") ? absolute(command) : command,
      arguments: exec.args, environment: Dictionary(variables) { $1 },
      wantsClusterInfo: exec.provideClusterInfo ?? false, installHint: present(exec.installHint))
  }
}
