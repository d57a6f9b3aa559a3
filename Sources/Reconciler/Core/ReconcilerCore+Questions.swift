import Addressing

/// Where the endpoints of Services are, for who tells the cluster about one of them.
public struct EndpointNodes: Hashable, Sendable {
  /// The nodes that any Service's endpoints are on.
  public var all: Set<String> = []
  /// Those that the Service's own endpoints are on.
  public var own: Set<String> = []
  /// Of the Service; empty when it isn't known.
  public var uid = ""
}

extension ReconcilerCore {
  /// Walks through every slice.
  func endpointNodes(of service: ServiceKey) -> EndpointNodes {
    var nodes = EndpointNodes()
    for (key, record) in services {
      for endpoint in record.slices.lazy.flatMap(\.endpoints) {
        guard let name = endpoint.nodeName else { continue }
        nodes.all.insert(name)
        if key == service { nodes.own.insert(name) }
      }
    }
    nodes.uid = services[service]?.input?.value.uid ?? ""
    return nodes
  }
}

extension ReconcilerCore {
  /// In no order.
  func serviceKeys(in namespace: String?) -> [ServiceKey] {
    services.present.map(\.key).filter { namespace == nil || $0.namespace == namespace }
  }

  /// All that is known of one Service; nil when it isn't known. Costs what the Service is.
  func facts(of key: ServiceKey, now: Duration) -> ServiceFacts? {
    guard let record = services[key], let input = record.input?.value else { return nil }
    let slices = record.slices.sorted { $0.key.name < $1.key.name }
    let share = record.share?.value
    let claims = share?.claims.values ?? []
    return ServiceFacts(
      input: input, slices: slices,
      claims: claims.map { facts(of: $0, input, slices, now) }.sorted { $0.id < $1.id },
      refusals: share?.refusals ?? [], members: (share?.members ?? []).map(member),
      healthCheck: share?.healthCheck)
  }

  /// Objects in the kernel that are ours and that nobody asks for any more, in no order. Walks through the kernel.
  func leftovers() -> [KernelObject] {
    var objects: [KernelObject] = []
    for id in known.virtualServers.keys where desired.claim(id) == nil && owns(id) {
      objects.append(.virtualServer(id))
    }
    for address in known.addresses
    where !desired.wants(address) && configuration.ownership.owns(address, in: known) {
      objects.append(.address(address))
    }
    for (set, members) in known.sets {
      for member in members {
        let entry = IPSetEntry(set, member)
        if !desired.wants(entry) && configuration.ownership.owns(entry) { objects.append(.member(entry)) }
      }
    }
    return objects
  }

  func owns(_ id: VirtualServerID) -> Bool {
    ours.contains(id) || configuration.ownership.owns(id, in: known, nodeAddresses: node.addresses)
  }

  private func member(_ entry: IPSetEntry) -> MemberFacts {
    MemberFacts(entry: entry, isThere: known.contains(entry))
  }
}

// MARK: - Virtual servers

extension ReconcilerCore {
  private func facts(
    of claim: Claim, _ input: ServiceInput, _ slices: [EndpointSliceInput], _ now: Duration
  ) -> ClaimFacts {
    let holder = desired.winner(of: claim.id) ?? input.key
    // What another Service has says nothing of this one.
    let known = holder == input.key ? known.virtualServers[claim.id] : nil
    let list = claim.list(of: input)
    let objects =
      [.virtualServer(claim.id)] + claim.allMembers.map(ObjectID.member)
      + (claim.bindsAddress ? [.address(claim.id.address)] : [])
    return ClaimFacts(
      virtualServer: claim.virtualServer, reason: claim.reason, list: list, holder: holder,
      servers: servers(of: claim, list, input, slices, known, now),
      members: (claim.members + (claim.addressRecord.map { [$0] } ?? [])).map(member),
      hairpin: claim.hairpin.map(member).sorted { $0.entry.description < $1.entry.description },
      bindsAddress: claim.bindsAddress, isBound: self.known.addresses.contains(claim.id.address),
      known: known?.virtualServer,
      failures: retries.count == 0 || holder != input.key ? [] : objects.compactMap { retries[$0] })
  }

  private func servers(
    of claim: Claim, _ list: EndpointList, _ input: ServiceInput, _ slices: [EndpointSliceInput],
    _ known: VirtualServerState?, _ now: Duration
  ) -> [RealServerFacts] {
    let port = input.ports.first { $0.name == claim.reason.portName && $0.transport == claim.id.transport }
    let selection = port.map {
      EndpointSelection(
        of: $0, family: claim.id.family, in: slices, nodeName: configuration.resolver.nodeName,
        zone: node.node?.zone)
    }
    let verdicts = selection?.verdicts(in: list) ?? [:]
    let present = known?.realServers ?? []
    return Set(verdicts.keys).union(present.keys).sorted().map { id in
      RealServerFacts(
        id: id, endpoint: selection?.endpoint(id),
        slice: slices.first { slice in port.map { slice.lists(id, for: $0) } ?? false }?.key,
        verdict: verdicts[id], known: present[id],
        draining: drains[claim.id, id].map { RealServerFacts.Draining($0, now: now) })
    }
  }
}

extension Claim {
  /// The list that its endpoints are from.
  fileprivate func list(of service: ServiceInput) -> EndpointList {
    guard (reason.rule == .clusterIP ? service.internalScope : service.externalScope) == .local else {
      return .cluster
    }
    return members.contains { $0.set.kind == .noLocalEndpoints } ? .clusterForWantOfLocal : .local
  }
}

extension EndpointSliceInput {
  fileprivate func lists(_ server: RealServerID, for port: ServicePortInput) -> Bool {
    ports.contains { $0.name == port.name && $0.transport == port.transport && $0.port == server.port }
      && endpoints.contains { $0.address == server.address }
  }
}
