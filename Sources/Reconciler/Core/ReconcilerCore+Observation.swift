import Addressing

extension ReconcilerCore {
  /// Takes in what the kernel said, whole, and puts everything that may differ in line.
  /// - Parameter state: as read *before* the sets were made sure of: a missing KUBE-IPVS-IPS means something.
  public mutating func adopt(_ state: KernelState) {
    let isFirst = !hasObserved
    known = state
    if isFirst { configuration.ownership.ownsAllAddresses = Self.lacksAddressRecord(state) }
    for family in configuration.resolver.families {
      for set in IPSetID.all(family) where known.sets[set] == nil { known.sets[set] = [] }
    }
    hasObserved = true
    needsObservation = false
    for (id, servers) in drains.byVirtualServer {
      for server in servers.keys where known.virtualServers[id]?.realServers[server] == nil {
        drains.end(id, server, \.removed)
      }
    }
    compareAll(isFirst ? .bulk : .resync)
  }

  /// kube-proxy recorded its addresses only from 1.26 on; before that, all of kube-ipvs0 was its own.
  private static func lacksAddressRecord(_ state: KernelState) -> Bool {
    state.sets[IPSetID(.clusterIP, .ipv4)] != nil && state.sets[IPSetID(.boundAddresses, .ipv4)] == nil
  }

  /// Puts in line all that is desired, and all of ours that isn't. In a fixed order, so that the same start gives the
  /// same messages.
  mutating func compareAll(_ priority: Priority) {
    for id in desired.virtualServers.sorted() { dirty.insert(id, priority) }
    for id in known.virtualServers.keys.sorted() where desired.claim(id) == nil { dirty.insert(id, priority) }
    for entry in desired.members where !known.contains(entry) { dirty.insert(entry) }
    for address in known.addresses where !desired.wants(address) { dirty.insert(address) }
    for (set, members) in known.sets {
      for member in members {
        let entry = IPSetEntry(set, member)
        if !desired.wants(entry) { dirty.insert(entry) }
      }
    }
  }

  /// The connections counted for draining virtual servers; a failed count is tried again later.
  public mutating func record(
    connections: [VirtualServerID: [RealServerID: ConnectionCounts]]?, now: Duration
  ) {
    guard let connections else {
      drains.postpone(now: now, interval: configuration.drainInterval)
      return
    }
    let ended = drains.record(connections, now: now, interval: configuration.drainInterval)
    for id in ended { dirty.insert(id, .change) }
  }

  /// The virtual servers to count connections of, if it is time; nil otherwise.
  public func drainsDue(now: Duration) -> [VirtualServerID]? {
    guard let check = drains.nextCheck, check <= now else { return nil }
    return drainingVirtualServers
  }

  /// Virtual servers with a real server that drains.
  public var drainingVirtualServers: [VirtualServerID] { drains.byVirtualServer.keys.sorted() }

  /// How many operations resyncs have asked for since the last call.
  mutating func takeDrift() -> Int {
    defer { driftOperations = 0 }
    return driftOperations
  }
}
