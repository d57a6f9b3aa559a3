import FoundationEssentials

extension KubeconfigResolver {
  /// The proxy that the cluster is to be reached through.
  func proxy(
    _ cluster: Kubeconfig.Cluster, _ server: ServerAddress, tlsServerName: String?
  ) throws(AccessError) -> ClusterAccess.Proxy? {
    guard let text = present(cluster.proxyURL) else { return nil }
    let field = clusterField("proxy-url")
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(),
      let host = url.host(percentEncoded: false), !host.isEmpty
    else { throw error(field, "\"\(text)\" is not an address like http://proxy:3128") }
    let kind: ClusterAccess.Proxy.Kind
    switch scheme {
    case "http": kind = .http
    case "socks5", "socks5h": kind = .socks5
    case "https":
      throw error(
        field,
        "a proxy that is spoken to over TLS is not supported: use http, the API server's TLS stays end to end"
      )
    default: throw error(field, "\(scheme) is not a kind of proxy: http, socks5")
    }
    guard !server.isEncrypted || !server.isLiteral || tlsServerName != nil else {
      // The certificate would be compared with the address at the other end of the connection: the proxy's.
      throw error(
        field,
        "through a proxy the server's certificate can be verified only by name: set tls-server-name to one of its names"
      )
    }
    let login = url.user(percentEncoded: false).map {
      ClusterAccess.Proxy.Login(username: $0, password: url.password(percentEncoded: false) ?? "")
    }
    guard kind == .http || login == nil else {
      throw error(field, "a username for a SOCKS proxy is not supported: use one that asks for none, or http")
    }
    return ClusterAccess.Proxy(
      kind, host: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host,
      port: url.port ?? (kind == .http ? 80 : 1080), login: login)
  }
}
