import KubernetesWire

/// How a reflector asks for all objects.
///
/// Streaming, where the server can: one watch that begins with everything, from the server's cache, yet as fresh as its
/// store; nothing is held whole on either side. Where it can't, as client-go does: from the cache first, which may lag
/// but spares etcd when a cluster's nodes start together (with resourceVersion=0 the cache ignores the limit; servers
/// without a cache page); afterwards from the cache, but not older than what has been seen; and from etcd, in pages,
/// when the version seen is of no use.
public enum ListMethod: Sendable, Hashable {
  case streaming
  case cached
  case notOlderThan(String)
  /// The state of the store, in pages.
  case consistent
  /// As `consistent`, in one piece: when the pages' version expired underway.
  case consistentWhole
}

extension ListMethod: CustomStringConvertible {
  public var description: String {
    switch self {
    case .streaming: "streaming"
    case .cached: "from the server's cache"
    case .notOlderThan(let version): "not older than \(version)"
    case .consistent: "in pages"
    case .consistentWhole: "in one piece"
    }
  }
}

/// One request of a reflector.
enum ReflectorRequest: Sendable, Hashable {
  /// `page` is the continue token of the page before.
  case list(ListMethod, page: String?)
  case watch(from: String)

  /// Whether the answer is a stream of events rather than a list.
  var isStream: Bool {
    switch self {
    case .list(let method, _): method == .streaming
    case .watch: true
    }
  }

  static let pageSize = 500

  /// The request for the transport. `timeout` is how long the server is to keep a watch open.
  func apiRequest(
    _ resource: WatchedResource, withFieldSelector: Bool, accept: String, timeout: Duration
  ) -> APIRequest {
    var query: [APIRequest.QueryItem] = []
    func add(_ name: String, _ value: String) { query.append(APIRequest.QueryItem(name, value)) }
    if let selector = resource.labelSelector { add("labelSelector", selector) }
    if let selector = resource.fieldSelector, withFieldSelector { add("fieldSelector", selector) }
    switch self {
    case .watch(let version):
      add("watch", "true")
      add("allowWatchBookmarks", "true")
      add("resourceVersion", version)
      add("timeoutSeconds", "\(timeout.components.seconds)")
    case .list(.streaming, _):
      add("watch", "true")
      add("allowWatchBookmarks", "true")
      add("sendInitialEvents", "true")
      add("resourceVersionMatch", "NotOlderThan")
      add("timeoutSeconds", "\(timeout.components.seconds)")
    case .list(.cached, nil):
      add("limit", "\(Self.pageSize)")
      add("resourceVersion", "0")
    case .list(.notOlderThan(let version), nil):
      add("resourceVersion", version)
      add("resourceVersionMatch", "NotOlderThan")
    case .list(.consistentWhole, nil):
      break
    case .list(_, let page):
      add("limit", "\(Self.pageSize)")
      // A continue token brings its version with it: the server refuses another beside it.
      if let page { add("continue", page) }
    }
    // How long silence may last is the reflector's decision.
    return APIRequest(.get, resource.kind.path, query: query, accept: accept, idleTimeout: nil)
  }
}
