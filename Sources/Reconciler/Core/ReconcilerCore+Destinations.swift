import Addressing

extension ReconcilerCore {
  /// All that is known of where somebody connects to. Walks through the names of all virtual servers and, where nothing
  /// is served, through all Services.
  /// - Parameters:
  ///   - id: the address, port and protocol.
  ///   - source: who connects; nil for the node itself.
  ///   - now: on the caller's clock.
  /// - Returns: the facts.
  func facts(of id: VirtualServerID, from source: IPAddress?, now: Duration) -> DestinationFacts {
    let claim = desired.claim(id)
    let claimants = desired.claimants(of: id)
    let (services, endpointNode) = endpoints(with: id.address)
    // An unbound socket of the node has the virtual address itself as its source.
    let from = source ?? id.address
    return DestinationFacts(
      id: id, holder: claimants.first.flatMap { facts(of: $0, now: now) },
      rivals: Array(claimants.dropFirst()), sets: sets(with: id),
      setsOfSource: sets(with: VirtualServerID(from, port: id.port, transport: id.transport)),
      sourceRanges: claim?.sourceRanges ?? [],
      sourceIsExempt: desired.wants(
        IPSetEntry(
          IPSetID(.loadBalancerSourceIP, id.family),
          .addressPortAddress(id.address, id.transport, id.port, from))),
      hairpins: claim.map(hairpins) ?? [], isNodeAddress: node.addresses.contains(id.address),
      isBound: known.addresses.contains(id.address), known: known.virtualServers[id], isOurs: owns(id),
      neighbours: neighbours(of: id), endpointOf: services, endpointNode: endpointNode,
      refused: claim == nil ? refusals(of: id.address) : [],
      serviceRange: configuration.resolver.serviceRanges.first { $0.contains(id.address) },
      source: source.map(sourceFacts))
  }

  private func sets(with id: VirtualServerID) -> Set<IPSetKind> {
    Set(
      IPSetKind.allCases.filter { kind in
        let member: IPSetMember
        switch kind.type {
        case .hashIP: member = .address(id.address)
        case .hashIPPort: member = .addressPort(id.address, id.transport, id.port)
        case .bitmapPort: member = .port(id.port)
        case .hashIPPortIP, .hashIPPortNet: return false
        }
        return desired.wants(IPSetEntry(IPSetID(kind, id.family), member))
      })
  }

  private func hairpins(of claim: Claim) -> Set<RealServerID> {
    Set(
      claim.endpoints.keys.filter { server in
        desired.wants(
          IPSetEntry(
            IPSetID(.loopBack, claim.id.family),
            .addressPortAddress(server.address, claim.id.transport, server.port, server.address)))
      })
  }

  private func neighbours(of id: VirtualServerID) -> [DestinationFacts.Neighbour] {
    desired.virtualServers.filter { $0.address == id.address && $0 != id }.sorted().compactMap { other in
      desired.claim(other).map { DestinationFacts.Neighbour(id: other, reason: $0.reason) }
    }
  }

  private func refusals(of address: IPAddress) -> [DestinationFacts.Refused] {
    refusals().filter { $0.refusal.address == address }
      .map { DestinationFacts.Refused(service: $0.service, why: $0.refusal.why) }
  }

  private func endpoints(with address: IPAddress) -> (services: [ServiceKey], node: String?) {
    var found: Set<ServiceKey> = []
    var nodeName: String?
    for (key, record) in services {
      for endpoint in record.slices.lazy.flatMap(\.endpoints) where endpoint.address == address {
        found.insert(key)
        nodeName = nodeName ?? endpoint.nodeName
      }
    }
    return (found.sorted(), nodeName)
  }

  private func sourceFacts(_ address: IPAddress) -> SourceFacts {
    let (services, nodeName) = endpoints(with: address)
    let isNode = address.isLoopback || node.addresses.contains(address) || known.addresses.contains(address)
    let isInPodNetwork = node.node?.podCIDRs.contains { $0.contains(address) } ?? false
    return SourceFacts(
      address: address, isNode: isNode, endpointOf: services, nodeName: nodeName,
      isLocalPod: !isNode && (nodeName.map { $0 == configuration.resolver.nodeName } ?? isInPodNetwork))
  }
}

extension Claim {
  fileprivate var sourceRanges: [IPNetwork] {
    members.compactMap {
      if case .addressPortNetwork(_, _, _, let network) = $0.member { network } else { nil }
    }
  }
}

// MARK: - The whole

extension ReconcilerCore {
  /// How it goes. Walks through all that is wanted where there are conflicts or refused addresses, through the kernel
  /// before the source has been read whole, and not otherwise.
  /// - Parameters:
  ///   - limit: of each list.
  ///   - now: on the caller's clock.
  /// - Returns: the facts.
  func health(limit: Int, now: Duration) -> HealthFacts {
    let counts = counts
    let conflicts = counts.desired.conflicts == 0 ? [] : conflicts().prefix(limit)
    let refusals = counts.desired.refusedAddresses == 0 ? [] : refusals().prefix(limit)
    return HealthFacts(
      counts: counts, isComplete: isComplete, hasObserved: hasObserved,
      leftovers: isComplete ? 0 : leftovers().count,
      failures: failures.prefix(limit).map {
        HealthFacts.Failing(failure: $0, retryIn: max($0.due - now, .zero))
      },
      conflicts: Array(conflicts), refusals: Array(refusals))
  }

  /// Walks through every slice.
  func clusterFacts() -> ClusterFacts {
    let policy = configuration.resolver
    var endpoints: [String: Int] = [:]
    for slice in services.values.lazy.flatMap(\.slices) {
      for endpoint in slice.endpoints { if let name = endpoint.nodeName { endpoints[name, default: 0] += 1 } }
    }
    return ClusterFacts(
      name: policy.nodeName, node: node.node, addresses: node.addresses.sorted(),
      nodePortAddresses: policy.families.sorted().flatMap {
        node.nodePortAddresses($0, policy.nodePortAddresses)
      },
      endpoints: endpoints)
  }

  private func conflicts() -> [DesiredState.Conflict] {
    desired.virtualServers.sorted().flatMap { id in
      let claimants = desired.claimants(of: id)
      return claimants.dropFirst().map { DesiredState.Conflict(id: id, winner: claimants[0], loser: $0) }
    }
  }

  private func refusals() -> [HealthFacts.Refused] {
    services.keys.sorted().flatMap { key in
      (services[key]?.share?.value.refusals ?? []).map { HealthFacts.Refused(service: key, refusal: $0) }
    }
  }
}
