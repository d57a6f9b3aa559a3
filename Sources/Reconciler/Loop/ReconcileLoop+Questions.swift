import Addressing

/// Answers for whoever asks. Each says what it walks through; none waits for a round to end.
extension ReconcileLoop {
  /// Why each virtual server exists that is wanted now. Walks through all of them.
  public func reasons() -> [VirtualServerID: Reason] {
    var reasons: [VirtualServerID: Reason] = [:]
    for id in core.desired.virtualServers { reasons[id] = core.desired.claim(id)?.reason }
    return reasons
  }

  /// Where the endpoints of all Services and of this one are. Walks through every slice.
  public func endpointNodes(of service: ServiceKey) -> EndpointNodes { core.endpointNodes(of: service) }

  /// The Services of a namespace, or of all, in no order. Walks through their names.
  public func serviceKeys(in namespace: String? = nil) -> [ServiceKey] { core.serviceKeys(in: namespace) }

  /// All that is known of these Services; those that aren't known are left out. Costs what they are.
  public func facts(of keys: [ServiceKey]) -> [ServiceFacts] {
    let now = time.now()
    return keys.compactMap { core.facts(of: $0, now: now) }
  }

  /// All that is known of where somebody connects to. Walks through the names of all virtual servers, and of a
  /// destination that isn't served through all Services.
  /// - Parameters:
  ///   - id: the address, port and protocol.
  ///   - source: who connects; nil for the node itself.
  /// - Returns: the facts.
  public func facts(of id: VirtualServerID, from source: IPAddress?) -> DestinationFacts {
    core.facts(of: id, from: source, now: time.now())
  }

  /// How it goes, with the first `limit` of what fails. Walks through all that is wanted only where there are conflicts
  /// or refused addresses.
  public func health(limit: Int) -> HealthFacts { core.health(limit: limit, now: time.now()) }

  /// This node, and those that endpoints are on. Walks through every slice.
  public func clusterFacts() -> ClusterFacts { core.clusterFacts() }

  /// Objects in the kernel that are ours and that nobody asks for any more, in no order. Walks through the kernel.
  public func leftovers() -> [KernelObject] { core.leftovers() }

  /// What waits now.
  public var backlog: Backlog {
    Backlog(
      batches: inbox.count, services: core.unresolved.count, objects: core.dirty.waiting,
      comparisons: core.dirty.count - core.dirty.waiting)
  }
}

/// What waits for the loop.
public struct Backlog: Hashable, Sendable {
  /// Batches handed in and not taken up.
  public var batches = 0
  /// Services of a start that nobody has made sense of yet.
  public var services = 0
  /// Virtual servers, set members and addresses that changes, retries, a start or drift have put in line.
  public var objects = 0
  /// Virtual servers that a comparison with the kernel has yet to look at.
  public var comparisons = 0

  public init(batches: Int = 0, services: Int = 0, objects: Int = 0, comparisons: Int = 0) {
    self.batches = batches
    self.services = services
    self.objects = objects
    self.comparisons = comparisons
  }
}
