/// Where the endpoints of Services are, for who tells the cluster about one of them.
public struct EndpointNodes: Hashable, Sendable {
  /// The nodes that any Service's endpoints are on.
  public var all: Set<String> = []
  /// Those that the Service's own endpoints are on.
  public var own: Set<String> = []
  /// Of the Service; empty when it isn't known.
  public var uid = ""
}

extension ReconcilerCore {
  /// Walks through every slice.
  func endpointNodes(of service: ServiceKey) -> EndpointNodes {
    var nodes = EndpointNodes()
    for (key, slices) in slices {
      for endpoint in slices.lazy.flatMap(\.endpoints) {
        guard let name = endpoint.nodeName else { continue }
        nodes.all.insert(name)
        if key == service { nodes.own.insert(name) }
      }
    }
    nodes.uid = services[service]?.value.uid ?? ""
    return nodes
  }
}
