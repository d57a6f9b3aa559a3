import Addressing
import Netlink
import Reconciler

extension NetlinkKernel {
  /// Reads the families' sets, virtual servers with their real servers, and the addresses of kube-ipvs0, whole or not
  /// at all. Firewall-mark virtual servers, protocols that are never ours and link-local addresses are left out.
  public func observe(_ families: [IPFamily]) async throws(KernelError) -> KernelState {
    try await KernelState.whole(families) { (part) throws(KernelError) in try await read(part, families) }
  }

  /// Reads one part of the same.
  public func read(_ part: KernelPart, _ families: [IPFamily]) async throws(KernelError) -> KernelReading {
    switch part {
    case .virtualServers: .virtualServers(try await virtualServers(families))
    case .realServers(let ids): .realServers(try await realServers(of: ids))
    case .addresses: .addresses(try await addresses(families))
    case .members(let set): .members(set, try await members(of: set))
    }
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

  private func virtualServers(_ families: [IPFamily]) async throws(KernelError) -> [VirtualServer] {
    let services = try await naming(.ipvs, "ipvsadm -Ln") { () throws(NetlinkError) -> [IPVSService] in
      do throws(NetlinkError) {
        return try await ipvs.services()
      } catch .familyMissing {
        // No failure to look: a kernel without IPVS has no virtual servers. `cleanup` and `plan` go on with that.
        return []
      }
    }
    return services.compactMap { VirtualServer($0) }.filter { families.contains($0.id.family) }
  }

  /// Nil for a virtual server that has gone; the kernel may also say that it has no real servers.
  private func realServers(of ids: [VirtualServerID]) async throws(KernelError) -> [RealServerList] {
    zip(ids, try await destinations(of: ids.map(\.key))).map { id, list in
      RealServerList(id, list?.map { RealServer($0) })
    }
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

  private func members(of set: IPSetID) async throws(KernelError) -> Set<IPSetMember>? {
    let elements = try await naming(.ipset, "ipset list \(set)") { () throws(NetlinkError) in
      try await sets.elements(of: set.name)
    }
    return elements.map { Set($0.lazy.compactMap { IPSetMember($0) }) }
  }
}
