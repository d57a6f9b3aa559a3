/// Answers for whoever asks.
extension ReconcileLoop {
  /// Why each virtual server exists that is wanted now. Walks through everything there is, and is not for rounds.
  public func reasons() -> [VirtualServerID: Reason] {
    var reasons: [VirtualServerID: Reason] = [:]
    for id in core.desired.virtualServers { reasons[id] = core.desired.claim(id)?.reason }
    return reasons
  }

  /// Where the endpoints of all Services and of this one are. Walks through everything there is, and is not for rounds.
  public func endpointNodes(of service: ServiceKey) -> EndpointNodes { core.endpointNodes(of: service) }

  /// What waits now.
  public var backlog: Backlog {
    Backlog(
      batches: inbox.count, objects: core.dirty.waiting, comparisons: core.dirty.count - core.dirty.waiting)
  }
}

/// What waits for the loop.
public struct Backlog: Hashable, Sendable {
  /// Batches handed in and not taken up.
  public var batches = 0
  /// Virtual servers, set members and addresses that changes, retries, a start or drift have put in line.
  public var objects = 0
  /// Virtual servers that a comparison with the kernel has yet to look at.
  public var comparisons = 0

  public init(batches: Int = 0, objects: Int = 0, comparisons: Int = 0) {
    self.batches = batches
    self.objects = objects
    self.comparisons = comparisons
  }
}
