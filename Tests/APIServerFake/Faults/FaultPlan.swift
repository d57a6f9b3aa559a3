import Synchronization

/// The faults that are in force. May be changed while requests run; a request keeps those it began with.
public final class FaultPlan: Sendable {
  private let faults = Mutex<[Fault]>([])

  init() {}

  public func add(_ fault: Fault) { faults.withLock { $0.append(fault) } }

  /// Everything works again, for new requests.
  public func clear() { faults.withLock { $0.removeAll() } }

  /// The effects on one request that has just come, and counts it.
  func effects(on verb: Fault.Verb, _ resource: Resource?) -> [Fault.Effect] {
    faults.withLock { faults in
      var effects: [Fault.Effect] = []
      for index in faults.indices where faults[index].isMeant(for: verb, resource) {
        if faults[index].skips > 0 {
          faults[index].skips -= 1
        } else if faults[index].times != 0 {
          faults[index].times = faults[index].times.map { $0 - 1 }
          effects.append(faults[index].effect)
        }
      }
      return effects
    }
  }
}
