extension FakeAPIServer {
  /// A kubeconfig for this server's clients.
  ///
  /// - Parameters:
  ///   - user: Lines of the user's entry; nil for the token or the certificate that the server asks for.
  ///   - authority: The file of the authority that the client trusts.
  /// - Returns: YAML.
  public func kubeconfig(
    user: [String]? = nil, authority: String = TestCertificate.authority.certificatePath
  ) -> String {
    var cluster = ["server: \(url)"]
    if settings.tls != nil {
      cluster.append("certificate-authority: \(authority)")
      // The certificate names loopback addresses only.
      if !["127.0.0.1", "::1", "localhost"].contains(settings.host) {
        cluster.append("tls-server-name: localhost")
      }
    }
    let lines = user ?? defaultUser
    return """
      apiVersion: v1
      kind: Config
      current-context: fake
      clusters:
      - name: fake
        cluster:
      \(indented(cluster))
      contexts:
      - name: fake
        context:
          cluster: fake
          user: proxy
      users:
      - name: proxy
        user:
      \(indented(lines.isEmpty ? ["{}"] : lines))

      """
  }

  private var defaultUser: [String] {
    var lines: [String] = []
    if let token = settings.token { lines.append("token: \(token)") }
    if settings.tls?.requiresClientCertificate == true {
      lines.append("client-certificate: \(TestCertificate.client.certificatePath)")
      lines.append("client-key: \(TestCertificate.client.keyPath)")
    }
    return lines
  }

  private func indented(_ lines: [String]) -> String {
    lines.map { "    " + $0 }.joined(separator: "\n")
  }
}
