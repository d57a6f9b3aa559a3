import APIServerFake
import KubernetesClient
import Reconciler

/// What somebody believes who takes every update of a source at its word.
actor Believed {
  private(set) var services: [ServiceKey: ServiceInput] = [:]
  private(set) var slices: [EndpointSliceKey: EndpointSliceInput] = [:]
  private(set) var node: NodeInput?
  /// Every object that was taken away, in order: "service team-1/web".
  private(set) var removed: [String] = []
  private(set) var events: [SourceEvent] = []
  private(set) var batches = 0
  nonisolated let bell = Bell()

  func take(_ update: ClusterUpdate) {
    events += update.events
    if let batch = update.batch {
      batches += 1
      for change in batch.changes { take(change) }
    }
    bell.ring()
  }

  private func take(_ change: InputChange) {
    switch change {
    case .service(let key, let input):
      if input == nil, services[key] != nil { removed.append("service \(key)") }
      services[key] = input
    case .endpointSlice(let key, let input):
      if input == nil, slices[key] != nil { removed.append("slice \(key)") }
      slices[key] = input
    case .node(let input):
      if input == nil, node != nil { removed.append("node") }
      node = input
    case .nodeAddresses: break
    }
  }

  var picture: ClusterPicture {
    var picture = ClusterPicture()
    for service in services.values { picture.objects.insert(ClusterPicture.text(service)) }
    for slice in slices.values { picture.objects.insert(ClusterPicture.text(slice)) }
    if let node { picture.objects.insert(ClusterPicture.text(node)) }
    return picture
  }

  func forgetEvents() { events = [] }
}
