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
    unread = []
    endLostDrains(of: Array(drains.byVirtualServer.keys))
    // What is wanted is in line from before the first look.
    if !isFirst { compareAll() } else if isComplete { compareLeftovers() }
  }

  /// kube-proxy recorded its addresses only from 1.26 on; before that, all of kube-ipvs0 was its own.
  private static func lacksAddressRecord(_ state: KernelState) -> Bool {
    state.sets[IPSetID(.clusterIP, .ipv4)] != nil && state.sets[IPSetID(.boundAddresses, .ipv4)] == nil
  }

  /// Puts in line all that is desired, and all of ours that isn't. In a fixed order, so that the same start gives the
  /// same messages.
  mutating func compareAll() {
    compareDesired()
    for address in known.addresses where !desired.wants(address) { dirty.insert(address, .resync) }
    for (set, members) in known.sets {
      for member in members {
        let entry = IPSetEntry(set, member)
        if !desired.wants(entry) { dirty.insert(entry, .resync) }
      }
    }
  }

  /// Puts all virtual servers in line, wanted or not, which bring along the members and the addresses that they need;
  /// and members that no virtual server needs.
  mutating func compareDesired() {
    var ids = Array(desired.virtualServers)
    ids += known.virtualServers.keys.lazy.filter { desired.claim($0) == nil }
    dirty.compare(ids.inOrder())
    for case let share? in services.values.lazy.map(\.share) {
      for entry in share.value.members where !known.contains(entry) { dirty.insert(entry, .resync) }
    }
  }

  mutating func endLostDrains(of ids: [VirtualServerID]) {
    for id in ids {
      guard let servers = drains.byVirtualServer[id] else { continue }
      for server in servers.keys where known.virtualServers[id]?.realServers[server] == nil {
        drains.end(id, server, \.removed)
      }
    }
  }

  /// The connections counted for draining virtual servers.
  /// - Parameters:
  ///   - connections: what was counted; nil when that failed: it is tried again later.
  ///   - ids: the virtual servers asked about; nil for all that drain.
  ///   - now: when it was counted.
  public mutating func record(
    connections: [VirtualServerID: [RealServerID: ConnectionCounts]]?, of ids: [VirtualServerID]? = nil,
    now: Duration
  ) {
    guard let connections else {
      drains.postpone(now: now, interval: configuration.drainInterval)
      return
    }
    let asked = ids ?? drainingVirtualServers
    let ended = drains.record(connections, of: asked, now: now, interval: configuration.drainInterval)
    for id in ended { dirty.insert(id, .bulk) }
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
