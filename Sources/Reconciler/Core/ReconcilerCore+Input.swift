import Addressing

extension ReconcilerCore {
  /// Takes in changes of Services and slices. Each Service that any of them touches is resolved once.
  public mutating func ingest(_ batch: InputBatch) -> [CoreEvent] {
    var touched: Set<ServiceKey> = []
    var changed: Set<ServiceKey> = []
    for change in batch.changes {
      if case .service(let key, _) = change { changed.insert(key) }
      touched.formUnion(store(change))
    }
    var events: [CoreEvent] = []
    for key in touched.sorted() { resolve(key, endpointsOnly: !changed.contains(key), &events) }
    setComplete(batch.isComplete)
    return events
  }

  /// - Returns: the Services to resolve anew.
  private mutating func store(_ change: InputChange) -> [ServiceKey] {
    switch change {
    case .service(let key, let input):
      services[key] = input
      return [key]
    case .endpointSlice(let key, let input):
      let before = sliceOwners[key]
      if let before, before != input?.service { removeSlice(key, of: before) }
      sliceOwners[key] = input?.service
      if let input { slices[input.service, default: [:]][key] = input }
      return [before, input?.service].compactMap { $0 }
    case .node, .nodeAddresses:
      return []
    }
  }

  private mutating func removeSlice(_ key: EndpointSliceKey, of service: ServiceKey) {
    slices[service]?[key] = nil
    if slices[service]?.isEmpty ?? false { slices[service] = nil }
  }

  private mutating func resolve(_ key: ServiceKey, endpointsOnly: Bool, _ events: inout [CoreEvent]) {
    let previous = desired.share(of: key)
    let share = services[key].map { resolver.resolve($0, slices: (slices[key] ?? [:]).values) }
    guard share != previous else { return }
    let change = desired.replace(key, with: share)
    let priority = priority(of: key)
    for id in change.virtualServers { dirty.insert(id, priority) }
    for released in change.released { release(released, priority) }
    if let share {
      let summary = ServiceSummary(share)
      events.append(
        previous == nil
          ? .serviceAdded(key, summary) : .serviceChanged(key, summary, endpointsOnly: endpointsOnly))
    } else {
      events.append(.serviceRemoved(key))
    }
    events += change.conflicts.map(CoreEvent.conflict)
  }

  private mutating func release(_ object: DesiredState.Released, _ priority: Priority) {
    if !isComplete { released.insert(object) }
    switch object {
    case .virtualServer(let id), .realServer(_, let id): dirty.insert(id, priority)
    case .address(let address): dirty.insert(address)
    case .member(let entry): dirty.insert(entry)
    }
  }

  private func priority(of key: ServiceKey) -> Priority {
    if hasSettled { return .change }
    if key.namespace == "default" && key.name == "kubernetes" { return .critical }
    let isDNS = key.namespace == "kube-system" && services[key]?.ports.contains { $0.port == 53 } ?? false
    return isDNS ? .critical : .bulk
  }

  /// A source that becomes whole lets everything that nobody asks for go.
  private mutating func setComplete(_ complete: Bool) {
    guard complete != isComplete else { return }
    isComplete = complete
    guard complete else { return }
    released = []
    if hasObserved { compareAll(.bulk) }
  }
}
