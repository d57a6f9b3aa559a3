import KubernetesWire

/// A request that the server has refused: by its status, or by an ERROR event in a watch.
struct Refusal: Sendable, Hashable {
  /// HTTP status, or the code of the event's Status.
  let code: Int
  /// Empty when the server gave none.
  let reason: String
  let message: String
  let retryAfter: Duration?
  /// The version asked for is newer than anything this server has: it lags behind, or its store was restored from a
  /// backup.
  let isFutureVersion: Bool

  init(
    code: Int, reason: String = "", message: String = "", retryAfter: Duration? = nil,
    isFutureVersion: Bool = false
  ) {
    self.code = code
    self.reason = reason
    self.message = message
    self.retryAfter = retryAfter
    self.isFutureVersion = isFutureVersion
  }

  /// `code` and `retryAfter` are the answer's own, where it has some.
  init(_ status: APIStatus, code: Int? = nil, retryAfter: Duration? = nil) {
    self.init(
      code: code ?? status.code, reason: status.reason, message: status.message,
      retryAfter: retryAfter ?? status.retryAfterSeconds.map { .seconds($0) },
      isFutureVersion: status.isResourceVersionTooLarge)
  }

  /// The version asked for has been compacted away: a new list is needed.
  var isExpired: Bool { code == 410 || reason == "Expired" || reason == "Gone" }

  /// What was asked for makes no sense to the server: a version or a continue token that isn't its own.
  var isBadRequest: Bool { code == 400 || code == 422 }

  /// The server knows the field selector's field not at all ("field label not supported: spec.clusterIP").
  var namesFieldSelector: Bool {
    code == 400 && (message.contains("field label") || message.contains("field selector"))
  }

  /// Servers from 1.19 to 1.26 forbid resourceVersionMatch in a watch, later ones sendInitialEvents while their feature
  /// gate WatchList is off; both with 422. Proxies and others answer as they like.
  var mayMeanStreaming: Bool { [400, 405, 422, 501].contains(code) }

  var mayMeanFormat: Bool { code == 406 || code == 415 }

  /// What happened, and what to do where that is known.
  func explanation(_ resource: WatchedResource) -> String {
    let text = message.isEmpty ? "the server answers \(code) \(reason)" : "\(code): \(message)"
    switch code {
    case 401:
      return "\(text); the credentials are not accepted: look for an expired token or certificate"
    case 403:
      return
        "\(text); the ClusterRole needs the verbs list and watch on \(resource.kind.plural)\(resource.kind.inGroup)"
    case 404:
      return "\(text); the server doesn't serve \(resource.kind.path): is it Kubernetes 1.21 or later?"
    default:
      return text
    }
  }
}

extension ResourceKind {
  /// As RBAC rules name it: "endpointslices".
  public var plural: String { path.split(separator: "/").last.map(String.init) ?? name }

  fileprivate var inGroup: String { self == .endpointSlice ? " (group discovery.k8s.io)" : "" }
}
