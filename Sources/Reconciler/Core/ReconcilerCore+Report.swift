import Addressing

extension ReconcilerCore {
  /// How things stand.
  public var counts: CoreCounts {
    var counts = CoreCounts()
    counts.desired = desired.counts
    counts.pending = dirty.count + unresolved.count
    counts.failing = retries.count
    counts.failingServices = retries.failingServices
    counts.failingAddresses = retries.failingAddresses
    counts.draining = drains.count
    return counts
  }

  /// What has come into force since the last call, to be asked after each chunk. While a change waits to be planned,
  /// nothing; while anything else does, only changes.
  mutating func takeChangesInForce(now: Duration) -> ChangesInForce {
    if hasUrgentWork { return ChangesInForce() }
    for object in retries.takeCleared() { changesInFlight.recovered(object) }
    let (services, retries, unread) = (services, retries, unread)
    return changesInFlight.take(now: now, isAll: !hasWork) { key in
      if retries.count == 0 && unread.isEmpty { return nil }
      return services[key]?.share?.value.firstObject { object in
        if case .virtualServer(let id) = object, unread.contains(id) { return true }
        return retries[object] != nil
      }
    }
  }

  /// How drains have ended since the last call.
  mutating func takeDrainsEnded() -> DrainEnds {
    defer { drains.ended = DrainEnds() }
    return drains.ended
  }

  /// Health check ports that have changed since the last call, by Service.
  public mutating func takeHealthCheckChanges() -> [HealthCheckChange] {
    defer { healthCheckChanges = [:] }
    return healthCheckChanges.sorted { $0.key < $1.key }
      .map { HealthCheckChange(service: $0.key, target: $0.value) }
  }
}

extension Share {
  /// The first of the objects that the share needs which the condition holds for.
  fileprivate func firstObject(where condition: (ObjectID) -> Bool) -> ObjectID? {
    for claim in claims {
      var objects = claim.allMembers.map(ObjectID.member)
      objects.append(.virtualServer(claim.id))
      if claim.bindsAddress { objects.append(.address(claim.id.address)) }
      if let object = objects.first(where: condition) { return object }
    }
    return members.map(ObjectID.member).first(where: condition)
  }
}
