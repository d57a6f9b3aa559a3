/// A resource of the API that is listed and watched.
public enum ResourceKind: Sendable, Hashable, CaseIterable {
  case service
  case endpointSlice
  case node

  /// "Service": what `kind` says in an object.
  public var name: String {
    switch self {
    case .service: "Service"
    case .endpointSlice: "EndpointSlice"
    case .node: "Node"
    }
  }

  /// What `apiVersion` says in an object.
  public var apiVersion: String { self == .endpointSlice ? "discovery.k8s.io/v1" : "v1" }

  /// Where all of them are listed and watched; one in a namespace is found elsewhere.
  public var path: String {
    switch self {
    case .service: "/api/v1/services"
    case .endpointSlice: "/apis/discovery.k8s.io/v1/endpointslices"
    case .node: "/api/v1/nodes"
    }
  }

  public var isNamespaced: Bool { self != .node }
}
