/// Answers for whoever asks. They walk through everything there is, and are not for rounds.
extension ReconcileLoop {
  /// Why each virtual server exists that is wanted now.
  public func reasons() -> [VirtualServerID: Reason] {
    var reasons: [VirtualServerID: Reason] = [:]
    for id in core.desired.virtualServers { reasons[id] = core.desired.claim(id)?.reason }
    return reasons
  }

  /// Where the endpoints of all Services and of this one are.
  public func endpointNodes(of service: ServiceKey) -> EndpointNodes { core.endpointNodes(of: service) }
}
