import Addressing
import Reconciler

/// What the core is told: this node, Services with their addresses, and slices from manifests and from Pods.
struct CoreInputs: Equatable {
  var node: NodeInput?
  var services: [ServiceKey: ServiceInput] = [:]
  var slices: [EndpointSliceKey: EndpointSliceInput] = [:]
  /// Slices made from Pods.
  var fromPods: Set<EndpointSliceKey> = []

  init() {}

  /// `nodeName` is this node's; empty when no Node object is.
  init(
    _ snapshot: ManifestSnapshot, _ allocations: [ServiceKey: ServiceAllocation], nodeName: String = ""
  ) {
    // No object's name is empty.
    node = snapshot.nodes.first { $0.metadata.name == nodeName }?.input
    let withSlices = Set(snapshot.endpointSlices.compactMap(\.service))
    let pods = PodEndpoints(snapshot.pods)
    for service in snapshot.services {
      guard let allocation = allocations[service.key], let input = service.input(allocation) else { continue }
      services[input.key] = input
      guard !withSlices.contains(input.key), !service.spec.selector.isEmpty else { continue }
      for slice in pods.slices(for: service, families: input.clusterIPs.map(\.family)) {
        slices[slice.key] = slice
        fromPods.insert(slice.key)
      }
    }
    for slice in snapshot.endpointSlices {
      guard let input = slice.input else { continue }
      slices[input.key] = input
      fromPods.remove(input.key)
    }
  }

  /// What changes from this to `next`, in a fixed order. Returns also what holds afterwards: removals wait while the
  /// source is not whole.
  func changes(to next: CoreInputs, isWhole: Bool) -> (changes: [InputChange], result: CoreInputs) {
    var result = next
    var changes: [InputChange] = []
    if node != next.node {
      if next.node == nil, !isWhole {
        result.node = node
      } else {
        changes.append(.node(next.node))
      }
    }
    for key in Set(services.keys).union(next.services.keys).sorted() where services[key] != next.services[key]
    {
      if next.services[key] == nil, !isWhole {
        result.services[key] = services[key]
      } else {
        changes.append(.service(key, next.services[key]))
      }
    }
    let order = Set(slices.keys).union(next.slices.keys).sorted {
      ($0.namespace, $0.name) < ($1.namespace, $1.name)
    }
    for key in order where slices[key] != next.slices[key] {
      if let slice = slices[key], next.slices[key] == nil, !isWhole, !mayGo(slice, next) {
        result.slices[key] = slice
        if fromPods.contains(key) { result.fromPods.insert(key) }
      } else {
        changes.append(.endpointSlice(key, next.slices[key]))
      }
    }
    return (changes, result)
  }

  /// A slice made from Pods may go at any time while its Service is there: Pods that merely can't be read are kept in
  /// force, so these have finished, moved to another slice, or given way to a real one.
  private func mayGo(_ slice: EndpointSliceInput, _ next: CoreInputs) -> Bool {
    fromPods.contains(slice.key) && next.services[slice.service] != nil
  }
}
