/// Why the way to the API server can't be worked out: what is wrong, where it was written, and what to do.
public struct AccessError: Error, Sendable, Hashable {
  /// The kubeconfig; nil when it isn't about one.
  public var file: String?
  /// The name of the kubeconfig's context in use.
  public var context: String?
  /// "users[kube-proxy].client-key-data", or the name of an environment variable.
  public var field: String?
  public var message: String

  public init(file: String? = nil, context: String? = nil, field: String? = nil, _ message: String) {
    self.file = file
    self.context = context
    self.field = field
    self.message = message
  }
}

extension AccessError: CustomStringConvertible {
  /// "/etc/kubernetes/proxy.conf: context default: users[proxy].token: …".
  public var description: String {
    [file, context.map { "context \($0)" }, field, message].compactMap(\.self).joined(separator: ": ")
  }
}
