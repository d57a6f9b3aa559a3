import Addressing

/// Changes that were taken up and aren't in force yet, by Service. One that meets a failing object waits for that
/// object and isn't looked at before it recovers: what fails costs nothing while it fails.
struct ChangesInFlight: Sendable {
  struct Change: Sendable {
    var arrivals: [Duration] = []
    var triggers: [EndpointTrigger] = []
  }

  private var changes: [ServiceKey: Change] = [:]
  private var waiting: [ObjectID: Set<ServiceKey>] = [:]
  /// To look at when no change waits to be planned.
  private var urgent: Set<ServiceKey> = []
  /// To look at when nothing waits to be planned.
  private var due: Set<ServiceKey> = []

  mutating func note(_ key: ServiceKey, arrived: Duration?, triggers: [EndpointTrigger], isUrgent: Bool) {
    if arrived == nil && triggers.isEmpty { return }
    changes[key, default: Change()].arrivals += [arrived].compactMap { $0 }
    changes[key, default: Change()].triggers += triggers
    if isUrgent { urgent.insert(key) } else { due.insert(key) }
  }

  mutating func recovered(_ object: ObjectID) {
    if let keys = waiting.removeValue(forKey: object) { urgent.formUnion(keys) }
  }

  /// - Parameters:
  ///   - now: when what was planned had been carried out.
  ///   - isAll: whether nothing waits to be planned; otherwise no change does.
  ///   - obstacle: a failing object that the Service needs; nil when it has all.
  /// - Returns: what is in force from now on.
  mutating func take(now: Duration, isAll: Bool, obstacle: (ServiceKey) -> ObjectID?) -> ChangesInForce {
    var result = ChangesInForce()
    if isAll {
      urgent.formUnion(due)
      due = []
    }
    for key in urgent.sorted() {
      if let object = obstacle(key) {
        waiting[object, default: []].insert(key)
      } else if let change = changes.removeValue(forKey: key) {
        result.latencies += change.arrivals.map { now - $0 }
        result.triggers += change.triggers
      }
    }
    urgent = []
    // At start they are as many as there ever are: their storage goes too.
    if changes.isEmpty { changes = [:] }
    return result
  }
}
