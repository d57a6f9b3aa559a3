import Reconciler

extension KernelState {
  /// What a kernel in this state says about one part.
  public func reading(of part: KernelPart) -> KernelReading {
    switch part {
    case .virtualServers: .virtualServers(virtualServers.values.map(\.virtualServer))
    case .realServers(let ids):
      .realServers(
        ids.map { id in RealServerList(id, virtualServers[id].map { $0.realServers.values }) })
    case .addresses: .addresses(addresses)
    case .sets: .sets(sets.mapValues { !$0.isEmpty })
    case .members(let set): .members(set, sets[set].map { Set($0) })
    }
  }
}
