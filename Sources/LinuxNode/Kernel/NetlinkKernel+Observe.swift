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
    case .sets: .sets(try await setsThere(families))
    case .members(let set): .members(set, try await members(of: set))
    }
  }

  /// The connections that the real servers of these virtual servers still carry. A virtual server that is missing has
  /// no real servers to tell of and no entry.
  public func connections(of ids: [VirtualServerID]) async throws(KernelError)
    -> [VirtualServerID: [RealServerID: ConnectionCounts]]
  {
    let found = try await destinations(of: ids) { id, list in
      let counts = (list ?? []).map { (RealServerID($0.address, port: $0.port), ConnectionCounts($0)) }
      return (id, Dictionary(counts, uniquingKeysWith: { $1 }))
    }
    return Dictionary(found.filter { !$0.1.isEmpty }, uniquingKeysWith: { $1 })
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
    return services.compactMap { service in
      families.contains(service.key.family) ? VirtualServer(service) : nil
    }
  }

  /// Nil for a virtual server that has gone; the kernel may also say that it has no real servers.
  private func realServers(of ids: [VirtualServerID]) async throws(KernelError) -> [RealServerList] {
    try await destinations(of: ids) { id, list in RealServerList(id, list?.map { RealServer($0) }) }
  }

  private func destinations<Value: Sendable>(
    of ids: [VirtualServerID], _ make: @Sendable (VirtualServerID, [IPVSDestination]?) -> Value
  ) async throws(KernelError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(ids.count)
    for start in stride(from: 0, to: ids.count, by: Self.servicesPerSlice) {
      let slice = Array(ids[start..<min(start + Self.servicesPerSlice, ids.count)])
      values += try await naming(.ipvs, "ipvsadm -Ln") { () throws(NetlinkError) in
        try await ipvs.destinations(of: slice, make)
      }
    }
    return values
  }

  private func addresses(_ families: [IPFamily]) async throws(KernelError) -> Set<IPAddress> {
    let found = try await naming(.address, "ip addr show dev \(Self.deviceName)") { () throws(NetlinkError) in
      try await route.addresses(ofDevice: Self.deviceName)
    }
    // With room for all of them: a set that grows takes each in several times.
    var addresses = Set<IPAddress>(minimumCapacity: found?.count ?? 0)
    for address in found ?? [] {
      let address = address.address
      if families.contains(address.family) && !address.isLinkLocal { addresses.insert(address) }
    }
    return addresses
  }

  /// Whether each of the families' sets may have members. Old kernels don't say how many a set has.
  private func setsThere(_ families: [IPFamily]) async throws(KernelError) -> [IPSetID: Bool] {
    let headers = try await naming(.ipset, "ipset list -t") { () throws(NetlinkError) in
      try await sets.headers()
    }
    let elements = Dictionary(headers.map { ($0.name, $0.elements) }, uniquingKeysWith: { $1 })
    var found: [IPSetID: Bool] = [:]
    for set in families.flatMap({ IPSetID.all($0) }) {
      if let count = elements[set.name] { found[set] = count != 0 }
    }
    return found
  }

  private func members(of set: IPSetID) async throws(KernelError) -> Set<IPSetMember>? {
    let elements = try await naming(.ipset, "ipset list \(set)") { () throws(NetlinkError) in
      try await sets.elements(of: set.name)
    }
    guard let elements else { return nil }
    var members = Set<IPSetMember>(minimumCapacity: elements.count)
    for element in elements {
      if let member = IPSetMember(element) { members.insert(member) }
    }
    return members
  }
}
