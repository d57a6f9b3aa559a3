import FoundationEssentials
import NIOCore

/// Where the API server, or a proxy to it, listens.
public struct ServerAddress: Sendable, Hashable {
  public var isEncrypted: Bool
  /// A name, or an address without brackets.
  public var host: String
  public var port: Int
  /// What stands before every path, without a slash at its end: "" or "/k8s/clusters/c-1", as Rancher has it.
  public var pathPrefix: String

  public init(isEncrypted: Bool = true, host: String, port: Int, pathPrefix: String = "") {
    self.isEncrypted = isEncrypted
    self.host = host
    self.port = port
    self.pathPrefix = pathPrefix
  }

  /// Reads "https://10.0.0.1:6443", also without its scheme, as client-go does (`DefaultServerURL`). Nil if it isn't
  /// an address over http or https.
  ///
  /// - Parameters:
  ///   - text: The address as the operator wrote it.
  ///   - encryptedByDefault: Whether an address without a scheme means https.
  init?(_ text: String, encryptedByDefault: Bool) {
    let isComplete = text.contains("://")
    let whole = isComplete ? text : (encryptedByDefault ? "https://" : "http://") + text
    guard let url = URL(string: whole), let scheme = url.scheme?.lowercased(),
      scheme == "https" || scheme == "http", let host = url.host(percentEncoded: false), !host.isEmpty,
      url.user(percentEncoded: false) == nil, url.query(percentEncoded: true) == nil
    else { return nil }
    let port = url.port ?? (scheme == "https" ? 443 : 80)
    guard (1...65_535).contains(port) else { return nil }
    isEncrypted = scheme == "https"
    self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    self.port = port
    var path = url.path(percentEncoded: true)
    while path.hasSuffix("/") { path.removeLast() }
    pathPrefix = path
  }

  /// Whether the host is an address and not a name.
  public var isLiteral: Bool { (try? SocketAddress(ipAddress: host, port: port)) != nil }

  /// "10.0.0.1:6443" or "[2001:db8::1]:6443".
  var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension ServerAddress: CustomStringConvertible {
  /// "https://10.0.0.1:6443".
  public var description: String { "\(isEncrypted ? "https" : "http")://\(authority)\(pathPrefix)" }
}
