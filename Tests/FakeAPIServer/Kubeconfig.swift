import APIServerFake

/// A kubeconfig with what a client of the server needs.
struct Kubeconfig {
  let server: FakeAPIServer

  init(_ server: FakeAPIServer) { self.server = server }

  var text: String {
    """
    apiVersion: v1
    kind: Config
    current-context: fake
    clusters:
    - name: fake
      cluster:
        server: \(server.url)
    \(indented(cluster, 4))
    contexts:
    - name: fake
      context:
        cluster: fake
        user: proxy
    users:
    - name: proxy
      user:
    \(indented(user, 4))

    """
  }

  private var cluster: [String] {
    guard server.settings.tls != nil else { return [] }
    // The certificate names loopback addresses only.
    return [
      "certificate-authority: \(TestCertificate.authority.certificatePath)", "tls-server-name: localhost",
    ]
  }

  private var user: [String] {
    var lines: [String] = []
    if let token = server.settings.token { lines.append("token: \(token)") }
    if server.settings.tls?.requiresClientCertificate == true {
      lines.append("client-certificate: \(TestCertificate.client.certificatePath)")
      lines.append("client-key: \(TestCertificate.client.keyPath)")
    }
    return lines.isEmpty ? ["{}"] : lines
  }

  private func indented(_ lines: [String], _ columns: Int) -> String {
    lines.map { String(repeating: " ", count: columns) + $0 }.joined(separator: "\n")
  }
}
