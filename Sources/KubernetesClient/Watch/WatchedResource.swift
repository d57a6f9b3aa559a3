import Kubernetes
import KubernetesWire

/// What one reflector follows: a kind of object, and which of them. The server is asked to leave out the rest, and
/// whatever it sends all the same is left out here.
///
/// The selectors are kube-proxy's (cmd/kube-proxy/app/server.go, 1.32 and later; before, one label selector for both
/// kinds), so that an API server's watch cache sees the same requests as before.
struct WatchedResource: Sendable, Hashable {
  let kind: ResourceKind
  let labelSelector: String?
  let fieldSelector: String?
  /// Whether the field may be unknown to the server: spec.clusterIP can be selected since Kubernetes 1.31.
  let isFieldSelectorOptional: Bool

  static let services = WatchedResource(
    kind: .service, labelSelector: "!service.kubernetes.io/service-proxy-name",
    fieldSelector: "spec.clusterIP!=None", isFieldSelectorOptional: true)

  static let endpointSlices = WatchedResource(
    kind: .endpointSlice, labelSelector: "!service.kubernetes.io/headless", fieldSelector: nil,
    isFieldSelectorOptional: false)

  static func node(_ name: String) -> WatchedResource {
    WatchedResource(
      kind: .node, labelSelector: nil, fieldSelector: "metadata.name=\(name)", isFieldSelectorOptional: false)
  }

  /// Whether the node's proxy has any business with the object.
  func selects(_ object: DecodedObject) -> Bool {
    switch object.object {
    case .service(let service): kind == .service && service.isServedByNodeProxy
    case .endpointSlice(let slice): kind == .endpointSlice && slice.isServedByNodeProxy
    case .node: kind == .node && fieldSelector == "metadata.name=\(object.name.name)"
    }
  }
}
