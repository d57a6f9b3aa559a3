import FoundationEssentials

extension KubeconfigResolver {
  /// The proxy that the cluster is to be reached through.
  func proxy(
    _ cluster: Kubeconfig.Cluster, _ server: ServerAddress, tlsServerName: String?
  ) throws(AccessError) -> ClusterAccess.HTTPProxy? {
    guard let text = present(cluster.proxyURL) else { return nil }
    let field = clusterField("proxy-url")
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(),
      let host = url.host(percentEncoded: false), !host.isEmpty
    else { throw error(field, "\"\(text)\" is not an address like http://proxy:3128") }
    switch scheme {
    case "http": break
    case "https":
      throw error(
        field,
        "a proxy that is spoken to over TLS is not supported: use http, the API server's TLS stays end to end"
      )
    case "socks5", "socks5h":
      throw error(
        field,
        "SOCKS is not supported: use a proxy that speaks HTTP (CONNECT), or a direct way to the API server")
    default: throw error(field, "\(scheme) is not a kind of proxy: http")
    }
    guard !server.isEncrypted || !server.isLiteral || tlsServerName != nil else {
      // The certificate would be compared with the address at the other end of the connection: the proxy's.
      throw error(
        field,
        "through a proxy the server's certificate can be verified only by name: set tls-server-name to one of its names"
      )
    }
    let login = url.user(percentEncoded: false).map {
      ClusterAccess.HTTPProxy.Login(username: $0, password: url.password(percentEncoded: false) ?? "")
    }
    return ClusterAccess.HTTPProxy(
      host: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host, port: url.port ?? 80,
      login: login)
  }
}
