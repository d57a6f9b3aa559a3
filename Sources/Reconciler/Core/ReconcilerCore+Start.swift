import Addressing

/// A start: what it brings is resolved in pieces, and until all of that is known nothing is removed.
extension ReconcilerCore {
  var hasUnresolved: Bool { !unresolved.isEmpty }

  /// Whether to resolve more before the next chunk is planned: what is in line may not fill it.
  var wantsMoreResolved: Bool {
    hasUnresolved && dirty.mostUrgent != .change && dirty.count <= configuration.chunkLimit / 8
  }

  /// Room for what a start brings: a table that grows on the way is filled twice.
  mutating func makeRoom(for changes: [InputChange]) {
    // A table asked for a little more than it needs may be twice as large.
    var (services, slices) = (0, 0)
    var (clusterIPs, endpoints) = (FamilyCounts(), FamilyCounts())
    for change in changes {
      switch change {
      case .service(_, let service?):
        services += 1
        for address in service.clusterIPs { clusterIPs[address.family] += 1 }
      case .endpointSlice(_, let slice?):
        slices += 1
        endpoints[slice.family] += slice.endpoints.count
      default: break
      }
    }
    if services + slices <= configuration.chunkLimit / 8 { return }
    self.services.reserveCapacity(services)
    sliceOwners.reserveCapacity(slices)
    addressBook.reserve(clusterIPs: clusterIPs, endpoints: endpoints)
    desired.reserve(clusterIPs)
  }

  /// Whether these are more than a piece and none of them had a share before. Only then do they not belong together: where
  /// one gives up what another gets, both are resolved before either is planned.
  func isStart(_ touched: TouchedServices) -> Bool {
    !hasStarted && touched.touches.count > configuration.chunkLimit / 8
      && touched.touches.allSatisfy { services[$0.key]?.share == nil }
  }

  /// Puts Services in line to be resolved, by seniority; two never have the same key, so that the UID decides nothing.
  mutating func postpone(_ touches: [TouchedServices.Touch]) {
    // Sorted as numbers, since hardly two are made in the same second: keys would be copied as often as they are compared.
    var order = touches.indices.map { index in
      let input = services[touches[index].key]?.input
      return (
        createdAt: input?.value.createdAt ?? .max, index: index,
        priority: priority(of: touches[index].key, input)
      )
    }
    order.sort { left, right in
      left.createdAt == right.createdAt
        ? touches[left.index].key < touches[right.index].key : left.createdAt < right.createdAt
    }
    for (_, index, priority) in order { unresolved.append(touches[index], priority) }
  }

  /// Resolves the next of the Services that wait, with about half as many endpoints as a chunk has messages.
  /// - Returns: what is worth telling.
  mutating func resolveNext() -> [CoreEvent] {
    var events: [CoreEvent] = []
    let resolver = resolver
    var size = 0
    while size < configuration.chunkLimit / 2, let (touch, priority) = unresolved.popFirst() {
      size += services[touch.key]?.slices.reduce(1) { $0 + $1.endpoints.count } ?? 1
      resolve(touch, priority, resolver, arrived: nil, &events)
    }
    noteCompleteness()
    return events
  }

  /// When the source is whole, and all of it resolved, everything may go that nobody asks for.
  mutating func noteCompleteness() {
    let wasComplete = isComplete
    isComplete = isSourceComplete && !hasUnresolved
    if wasComplete || !isComplete { return }
    released = []
    if hasObserved { compareLeftovers() }
  }

  /// Puts in line what is ours and nobody asks for. In a fixed order, so that the same start gives the same messages.
  mutating func compareLeftovers() {
    var servers = Array(withheld)
    withheld = []
    for object in leftovers() {
      switch object {
      case .virtualServer(let id), .realServer(_, let id): servers.append(id)
      case .address(let address): dirty.insert(address, .bulk)
      case .member(let entry): dirty.insert(entry, .bulk)
      }
    }
    for id in servers.inOrder() { dirty.insert(id, .bulk) }
  }
}
