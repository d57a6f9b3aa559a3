import Addressing

extension ReconcilerCore {
  /// Takes in changes of Services and slices. Each Service that any of them touches is resolved once.
  /// - Parameters:
  ///   - batch: the changes.
  ///   - arrived: when they were handed in; nil when nobody measures how long they take.
  /// - Returns: what is worth telling.
  public mutating func ingest(_ batch: InputBatch, arrived: Duration? = nil) -> [CoreEvent] {
    if isComplete && hasObserved { hasStarted = true }
    var touched: Set<ServiceKey> = []
    // What the node itself changes, which may be all Services, goes behind what is changed by itself.
    var touchedByNode: Set<ServiceKey> = []
    var changed: Set<ServiceKey> = []
    var triggers: [ServiceKey: [EndpointTrigger]] = [:]
    for change in batch.changes {
      if case .service(let key, _) = change { changed.insert(key) }
      if let (key, trigger) = newTrigger(change) { triggers[key, default: []].append(trigger) }
      if change.isOfNode {
        touchedByNode.formUnion(store(change))
      } else {
        touched.formUnion(store(change))
      }
    }
    var events: [CoreEvent] = []
    for key in touched.union(touchedByNode).sorted() {
      let isUrgent = hasStarted && touched.contains(key)
      let priority = isUrgent ? .change : priority(of: key)
      guard resolve(key, priority, endpointsOnly: !changed.contains(key), &events) else { continue }
      if isUrgent { hasten(key) }
      changesInFlight.note(
        key, arrived: hasStarted ? arrived : nil, triggers: triggers[key] ?? [], isUrgent: isUrgent)
    }
    setComplete(batch.isComplete)
    return events
  }

  /// - Returns: the Services to resolve anew.
  private mutating func store(_ change: InputChange) -> Set<ServiceKey> {
    switch change {
    case .service(let key, let input):
      let affected = addressBook.replace(services[key]?.value, with: input)
      services[key] = input.map(Box.init)
      return affected.union([key])
    case .endpointSlice(let key, let input): return storeSlice(key, input)
    case .node(let input):
      let before = node.node
      node.node = input
      return (before?.zone == input?.zone ? [] : zoneDependents).union(
        before?.addresses == input?.addresses ? [] : addressDependents)
    case .nodeAddresses(let addresses):
      guard node.addresses != addresses else { return [] }
      node.addresses = addresses
      return addressDependents
    }
  }

  /// The trigger time of a slice, unless the slice had the same before.
  private func newTrigger(_ change: InputChange) -> (ServiceKey, EndpointTrigger)? {
    guard case .endpointSlice(let key, let input?) = change, let time = input.lastChangeTrigger,
      slice(key)?.lastChangeTrigger != time
    else { return nil }
    return (input.service, EndpointTrigger(family: input.family, time: time))
  }

  private mutating func storeSlice(_ key: EndpointSliceKey, _ input: EndpointSliceInput?) -> Set<ServiceKey> {
    let old = slice(key)
    var affected = addressBook.replace(old, with: input)
    if let old, old.service != input?.service { slices.remove(old) }
    sliceOwners[key] = input?.service.name
    if var input {
      input.endpoints = input.endpoints.map { $0.sharing { nodeNames.shared($0) } }
      slices.set(input)
    }
    affected.formUnion([old?.service, input?.service].compactMap { $0 })
    return affected
  }

  private func slice(_ key: EndpointSliceKey) -> EndpointSliceInput? {
    guard let name = sliceOwners[key] else { return nil }
    return slices[ServiceKey(namespace: key.namespace, name: name)]?.first { $0.key == key }
  }

  private func share(of key: ServiceKey) -> Share? {
    guard let service = services[key]?.value else { return nil }
    let book = addressBook
    let resolver = Resolver(configuration.resolver, node: node) { book.refusal(of: $0, for: service) }
    return resolver.resolve(service, slices: slices[key] ?? [])
  }

  /// - Returns: whether the Service's share changed.
  private mutating func resolve(
    _ key: ServiceKey, _ priority: Priority, endpointsOnly: Bool, _ events: inout [CoreEvent]
  ) -> Bool {
    let previous = desired.share(of: key)
    let share = share(of: key)
    guard share != previous else { return false }
    if share?.healthCheck != previous?.healthCheck {
      healthCheckChanges.updateValue(share?.healthCheck, forKey: key)
    }
    noteDependencies(key, share?.dependencies ?? [])
    let change = desired.replace(key, with: share)
    for id in change.virtualServers {
      dirty.insert(id, priority)
      if desired.claim(id) != nil { ours.remove(id) }
    }
    for entry in share?.members ?? [] where !known.contains(entry) { dirty.insert(entry, priority) }
    for released in change.released { release(released, priority) }
    tell(key, share, previous, endpointsOnly, &events)
    events += change.conflicts.map(CoreEvent.conflict)
    return true
  }

  private mutating func noteDependencies(_ key: ServiceKey, _ dependencies: Share.Dependencies) {
    if dependencies.contains(.zone) { zoneDependents.insert(key) } else { zoneDependents.remove(key) }
    if dependencies.contains(.addresses) {
      addressDependents.insert(key)
    } else {
      addressDependents.remove(key)
    }
  }

  private func tell(
    _ key: ServiceKey, _ share: Share?, _ previous: Share?, _ endpointsOnly: Bool, _ events: inout [CoreEvent]
  ) {
    guard let share else {
      events.append(.serviceRemoved(key))
      return
    }
    let summary = ServiceSummary(share)
    events.append(
      previous == nil
        ? .serviceAdded(key, summary) : .serviceChanged(key, summary, endpointsOnly: endpointsOnly))
    for refusal in share.refusals where !(previous?.refusals.contains(refusal) ?? false) {
      events.append(.addressRefused(key, refusal))
    }
  }

  private mutating func release(_ object: DesiredState.Released, _ priority: Priority) {
    if !isComplete { released.insert(object) }
    if case .virtualServer(let id) = object { ours.insert(id) }
    switch object {
    case .virtualServer(let id), .realServer(_, let id): dirty.insert(id, priority)
    case .address(let address): dirty.insert(address, priority)
    case .member(let entry): dirty.insert(entry, priority)
    }
  }

  /// Of what is not a change of the Service itself.
  private func priority(of key: ServiceKey) -> Priority {
    if key.namespace == "default" && key.name == "kubernetes" { return .critical }
    let isDNS = services[key]?.value.ports.contains { $0.port == 53 } ?? false
    return isDNS ? .critical : .bulk
  }

  /// A change is in force when all of its Service is: what still waits from the start goes along.
  private mutating func hasten(_ key: ServiceKey) {
    for id in desired.share(of: key)?.claims.keys.map({ $0 }) ?? [] { dirty.hasten(id) }
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

extension InputChange {
  fileprivate var isOfNode: Bool {
    switch self {
    case .node, .nodeAddresses: true
    case .service, .endpointSlice: false
    }
  }
}

extension [ServiceKey: [EndpointSliceInput]] {
  /// Puts a slice in place of the one of that name, or beside the others of its Service.
  fileprivate mutating func set(_ slice: EndpointSliceInput) {
    let others = self[slice.service] ?? []
    if let index = others.firstIndex(where: { $0.key == slice.key }) {
      self[slice.service]?[index] = slice
    } else {
      // Appending would double the room.
      self[slice.service] = others + [slice]
    }
  }

  fileprivate mutating func remove(_ slice: EndpointSliceInput) {
    self[slice.service]?.removeAll { $0.key == slice.key }
    if self[slice.service]?.isEmpty ?? false { self[slice.service] = nil }
  }
}
