import Kubernetes
import KubernetesWire
import Reconciler

/// Changes that have come in and not been handed on yet: of each object the last state only.
struct PendingInputs {
  private var services: [ServiceKey: ServiceInput?] = [:]
  private var slices: [EndpointSliceKey: EndpointSliceInput?] = [:]
  private var node: Node??

  var isEmpty: Bool { services.isEmpty && slices.isEmpty && node == nil }

  /// Before anything is in force, what goes leaves no trace: a first list may have been begun several times.
  mutating func add(_ change: ObjectChange, _ kind: ResourceKind, isInForce: Bool) {
    switch change {
    case .removed(let name):
      if isInForce { remove(name, kind) } else { drop(name, kind) }
    case .set(let object):
      switch object.object {
      case .service(let service):
        services[service.key] = .some(service.servedInput)
      case .endpointSlice(let slice):
        slices[EndpointSliceKey(object.name)] = .some(slice.servedInput)
      case .node(let node):
        self.node = .some(node)
      }
    }
  }

  private mutating func remove(_ name: ObjectName, _ kind: ResourceKind) {
    switch kind {
    case .service: services[ServiceKey(namespace: name.namespace, name: name.name)] = .some(nil)
    case .endpointSlice: slices[EndpointSliceKey(name)] = .some(nil)
    case .node: node = .some(nil)
    }
  }

  private mutating func drop(_ name: ObjectName, _ kind: ResourceKind) {
    switch kind {
    case .service: services[ServiceKey(namespace: name.namespace, name: name.name)] = nil
    case .endpointSlice: slices[EndpointSliceKey(name)] = nil
    case .node: node = nil
    }
  }

  /// Takes everything as changes; the node first, then Services, then slices, each sorted by key.
  mutating func take() -> (changes: [InputChange], node: Node??) {
    defer { self = PendingInputs() }
    var changes: [InputChange] = []
    changes.reserveCapacity(services.count + slices.count + 1)
    if let node { changes.append(.node(node?.servedInput)) }
    for (key, input) in services.sorted(by: { $0.key < $1.key }) { changes.append(.service(key, input)) }
    let sortedSlices = slices.sorted {
      ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name)
    }
    for (key, input) in sortedSlices { changes.append(.endpointSlice(key, input)) }
    return (changes, node)
  }
}

extension EndpointSliceKey {
  fileprivate init(_ name: ObjectName) { self.init(namespace: name.namespace, name: name.name) }
}
