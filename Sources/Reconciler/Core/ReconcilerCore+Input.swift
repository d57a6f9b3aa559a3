import Addressing

extension ReconcilerCore {
  /// Takes in changes of Services and slices. Each Service that any of them touches is resolved once.
  /// - Parameters:
  ///   - batch: the changes.
  ///   - arrived: when they were handed in; nil when nobody measures how long they take.
  /// - Returns: what is worth telling.
  public mutating func ingest(_ batch: InputBatch, arrived: Duration? = nil) -> [CoreEvent] {
    var events = take(batch, arrived: arrived)
    while hasUnresolved { events += resolveNext() }
    return events
  }

  /// The same, but what a start brings waits for `resolveNext`.
  mutating func take(_ batch: InputBatch, arrived: Duration?) -> [CoreEvent] {
    if isSourceComplete && hasObserved { hasStarted = true }
    isSourceComplete = batch.isComplete
    if services.isEmpty { makeRoom(for: batch.changes) }
    var touched = TouchedServices(capacity: batch.changes.count)
    for change in batch.changes { store(change, &touched) }
    var events: [CoreEvent] = []
    if isStart(touched) {
      postpone(touched.touches)
    } else {
      resolve(touched.touches, arrived: hasStarted ? arrived : nil, &events)
    }
    noteCompleteness()
    return events
  }

  private mutating func resolve(
    _ touches: [TouchedServices.Touch], arrived: Duration?, _ events: inout [CoreEvent]
  ) {
    // Most changes of the node touch none.
    if touches.isEmpty { return }
    let resolver = resolver
    for touch in touches {
      let isUrgent = hasStarted && !touch.isByNodeOnly
      let priority = isUrgent ? .change : priority(of: touch.key)
      resolve(touch, priority, resolver, arrived: arrived, &events)
    }
  }

  var resolver: Resolver {
    let book = addressBook
    return Resolver(configuration.resolver, node: node) { book.refusal(of: $0, for: $1) }
  }

  /// `arrived` is when the change was handed in; nil for what a start brings.
  mutating func resolve(
    _ touch: TouchedServices.Touch, _ priority: Priority, _ resolver: Resolver, arrived: Duration?,
    _ events: inout [CoreEvent]
  ) {
    let isUrgent = priority == .change
    guard replaceShare(touch, priority, resolver, &events) else { return }
    if isUrgent { hasten(touch.key) }
    changesInFlight.note(touch.key, arrived: arrived, triggers: touch.triggers, isUrgent: isUrgent)
  }

  /// - Returns: whether the Service's share changed.
  private mutating func replaceShare(
    _ touch: TouchedServices.Touch, _ priority: Priority, _ resolver: Resolver, _ events: inout [CoreEvent]
  ) -> Bool {
    guard let index = services.index(forKey: touch.key) else { return false }
    let (key, record) = services[index]
    let previous = record.share
    let share = record.input.map { Box(resolver.resolve($0, slices: record.slices)) }
    let isAsBefore = share == previous
    if !isAsBefore { services.values[index].share = share }
    if share == nil { services.tidy(key) }
    if isAsBefore { return false }
    let healthCheck = share.flatMap { $0.value.healthCheck }
    if healthCheck != previous.flatMap({ $0.value.healthCheck }) {
      healthCheckChanges.updateValue(healthCheck, forKey: key)
    }
    noteDependencies(
      key, share.map { $0.value.dependencies } ?? [], previous.map { $0.value.dependencies } ?? [])
    let change = desired.replace(previous, with: share)
    enqueue(change, share.map { $0.value.members } ?? [], priority)
    tell(key, share, previous, endpointsOnly: !touch.hasNewObject, &events)
    for conflict in change.conflicts { events.append(.conflict(conflict)) }
    return true
  }

  /// `members` are those of the Service that belong to no virtual server.
  private mutating func enqueue(
    _ change: DesiredState.Change, _ members: [IPSetEntry], _ priority: Priority
  ) {
    for released in change.released { release(released, priority) }
    if !ours.isEmpty {
      for id in change.virtualServers where desired.claim(id) != nil { ours.remove(id) }
    }
    for id in change.virtualServers { dirty.insert(id, priority) }
    for entry in members where !known.contains(entry) { dirty.insert(entry, priority) }
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

  private mutating func noteDependencies(
    _ key: ServiceKey, _ new: Share.Dependencies, _ old: Share.Dependencies
  ) {
    if new == old { return }
    if new.contains(.zone) { zoneDependents.insert(key) } else { zoneDependents.remove(key) }
    if new.contains(.addresses) { addressDependents.insert(key) } else { addressDependents.remove(key) }
  }

  private func tell(
    _ key: ServiceKey, _ share: Box<Share>?, _ previous: Box<Share>?, endpointsOnly: Bool,
    _ events: inout [CoreEvent]
  ) {
    guard let share else {
      events.append(.serviceRemoved(key))
      return
    }
    let summary = ServiceSummary(share)
    events.append(
      previous == nil
        ? .serviceAdded(key, summary) : .serviceChanged(key, summary, endpointsOnly: endpointsOnly))
    let refusals = share.value.refusals
    if refusals.isEmpty { return }
    let before = previous.map { $0.value.refusals } ?? []
    for refusal in refusals where !before.contains(refusal) { events.append(.addressRefused(key, refusal)) }
  }

  /// Of what is not a change of the Service itself.
  private func priority(of key: ServiceKey) -> Priority { priority(of: key, services[key]?.input) }

  /// The same where the object is in hand.
  func priority(of key: ServiceKey, _ input: Box<ServiceInput>?) -> Priority {
    if key.namespace == "default" && key.name == "kubernetes" { return .critical }
    let isDNS = input?.value.ports.contains { $0.port == 53 } ?? false
    return isDNS ? .critical : .bulk
  }

  /// A change is in force when all of its Service is: what still waits from the start goes along.
  private mutating func hasten(_ key: ServiceKey) {
    guard let share = services[key]?.share?.value else { return }
    for claim in share.claims { dirty.hasten(claim.id) }
  }
}
