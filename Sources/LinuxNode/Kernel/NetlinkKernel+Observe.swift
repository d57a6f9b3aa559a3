import Addressing
import Netlink
import Reconciler

extension NetlinkKernel {
  /// Reads the families' sets, virtual servers with their real servers, and the addresses of kube-ipvs0, whole or not
  /// at all. Firewall-mark virtual servers, protocols that are never ours and link-local addresses are left out.
  public func observe(_ families: [IPFamily]) async throws(KernelError) -> KernelState {
    KernelState(
      virtualServers: try await virtualServers(families), addresses: try await addresses(families),
      sets: try await members(families))
  }

  /// The connections that the real servers of these virtual servers still carry. A virtual server that is missing has
  /// no real servers to tell of and no entry.
  public func connections(of ids: [VirtualServerID]) async throws(KernelError)
    -> [VirtualServerID: [RealServerID: ConnectionCounts]]
  {
    let lists = try await destinations(of: ids.map(\.key))
    var counts: [VirtualServerID: [RealServerID: ConnectionCounts]] = [:]
    for (id, list) in zip(ids, lists) {
      guard let list, !list.isEmpty else { continue }
      counts[id] = Dictionary(
        list.map { (RealServerID($0.address, port: $0.port), ConnectionCounts($0)) },
        uniquingKeysWith: { $1 })
    }
    return counts
  }

  private func virtualServers(
    _ families: [IPFamily]
  ) async throws(KernelError) -> [VirtualServerID: VirtualServerState] {
    let services = try await naming(.ipvs, "ipvsadm -Ln") { () throws(NetlinkError) -> [IPVSService] in
      do throws(NetlinkError) {
        return try await ipvs.services()
      } catch .familyMissing {
        // No failure to look: a kernel without IPVS has no virtual servers. `cleanup` and `plan` go on with that.
        return []
      }
    }
    let servers = services.compactMap { VirtualServer($0) }.filter { families.contains($0.id.family) }
    var states: [VirtualServerID: VirtualServerState] = [:]
    states.reserveCapacity(servers.count)
    // Slice by slice, so that what came over the wire is never held whole.
    for start in stride(from: 0, to: servers.count, by: Self.servicesPerSlice) {
      let slice = servers[start..<min(start + Self.servicesPerSlice, servers.count)]
      for (server, list) in zip(slice, try await destinations(of: slice.map(\.id.key))) {
        // Nil: deleted since the services were read.
        guard let list else { continue }
        states[server.id] = VirtualServerState(server, realServers: list.map { RealServer($0) })
      }
    }
    return states
  }

  private func destinations(of keys: [IPVSServiceKey]) async throws(KernelError) -> [[IPVSDestination]?] {
    var lists: [[IPVSDestination]?] = []
    lists.reserveCapacity(keys.count)
    for start in stride(from: 0, to: keys.count, by: Self.servicesPerSlice) {
      let slice = Array(keys[start..<min(start + Self.servicesPerSlice, keys.count)])
      lists += try await naming(.ipvs, "ipvsadm -Ln") { () throws(NetlinkError) in
        try await ipvs.destinations(of: slice)
      }
    }
    return lists
  }

  private func addresses(_ families: [IPFamily]) async throws(KernelError) -> Set<IPAddress> {
    let found = try await naming(.address, "ip addr show dev \(Self.deviceName)") { () throws(NetlinkError) in
      try await route.addresses(ofDevice: Self.deviceName)
    }
    return Set(
      (found ?? []).lazy.map(\.address).filter { families.contains($0.family) && !$0.isLinkLocal })
  }

  private func members(_ families: [IPFamily]) async throws(KernelError) -> [IPSetID: Set<IPSetMember>] {
    var members: [IPSetID: Set<IPSetMember>] = [:]
    for id in families.flatMap({ IPSetID.all($0) }) {
      let elements = try await naming(.ipset, "ipset list \(id)") { () throws(NetlinkError) in
        try await sets.elements(of: id.name)
      }
      if let elements { members[id] = Set(elements.lazy.compactMap { IPSetMember($0) }) }
    }
    return members
  }
}
