import Addressing

/// What the node adds to every Service.
public struct ResolverPolicy: Hashable, Sendable {
  /// The node's name as endpoints carry it.
  public var nodeName: String
  /// The families that are served; addresses of others are left out.
  public var families: Set<IPFamily>
  public var scheduler: Scheduler

  public init(
    nodeName: String, families: Set<IPFamily> = [.ipv4, .ipv6], scheduler: Scheduler = .roundRobin
  ) {
    self.nodeName = nodeName
    self.families = families
    self.scheduler = scheduler
  }
}

/// Turns one Service and its slices into its share of the desired state. Pure: the same input gives the same share.
public struct Resolver: Sendable {
  let policy: ResolverPolicy

  public init(_ policy: ResolverPolicy) { self.policy = policy }

  /// - Parameter slices: every slice of this Service, in any order.
  public func resolve(_ service: ServiceInput, slices: some Sequence<EndpointSliceInput>) -> Share {
    let slices = Array(slices)
    var claims: [Claim] = []
    for address in service.clusterIPs where policy.families.contains(address.family) {
      for port in service.ports {
        claims.append(clusterIPClaim(service, address, port, slices))
      }
    }
    return Share(service: service.key, seniority: Seniority(service), claims: claims)
  }

  private func clusterIPClaim(
    _ service: ServiceInput, _ address: IPAddress, _ port: ServicePortInput, _ slices: [EndpointSliceInput]
  ) -> Claim {
    let id = VirtualServerID(address, port: port.port, transport: port.transport)
    let endpoints = candidates(for: port, family: address.family, in: slices)
    return Claim(
      VirtualServer(id, scheduler: policy.scheduler, persistence: service.sessionAffinity),
      endpoints: select(endpoints),
      members: [
        IPSetEntry(
          IPSetID(.clusterIP, address.family), .addressPort(address, port.transport, port.port))
      ],
      hairpin: hairpin(endpoints, port.transport),
      bindsAddress: true,
      reason: Reason(service: service.key, portName: port.name, rule: .clusterIP))
  }

  /// The endpoints of one Service port by address and port. Where slices list the same one twice, the livelier wins.
  private func candidates(
    for port: ServicePortInput, family: IPFamily, in slices: [EndpointSliceInput]
  ) -> [RealServerID: EndpointInput] {
    var found: [RealServerID: EndpointInput] = [:]
    for slice in slices where slice.family == family {
      for slicePort in slice.ports where slicePort.name == port.name && slicePort.transport == port.transport
      {
        for endpoint in slice.endpoints where endpoint.address.family == family {
          let id = RealServerID(endpoint.address, port: slicePort.port)
          if let other = found[id], liveliness(other) >= liveliness(endpoint) { continue }
          found[id] = endpoint
        }
      }
    }
    return found
  }

  /// All that tells two entries of one endpoint apart, so that the order of slices never decides.
  private func liveliness(_ endpoint: EndpointInput) -> Int {
    (endpoint.isTerminating ? 0 : 8) + (endpoint.isReady ? 4 : 0) + (endpoint.isServing ? 2 : 0)
      + (endpoint.nodeName == policy.nodeName ? 1 : 0)
  }

  /// Ready endpoints serve; with none, those that shut down but still serve (KEP-1669). All others finish.
  private func select(_ candidates: [RealServerID: EndpointInput]) -> [RealServerID: EndpointRole] {
    let hasReady = candidates.values.contains(where: \.isReady)
    return candidates.mapValues { endpoint in
      let serves =
        hasReady ? endpoint.isReady : endpoint.isServing && endpoint.isTerminating
      return serves ? .serving(weight: 1) : .finishing(isTerminating: endpoint.isTerminating)
    }
  }

  /// A pod that reaches itself through its Service must see another source address than its own. Endpoints that are
  /// not ready count too: a connection may outlast the condition.
  private func hairpin(
    _ candidates: [RealServerID: EndpointInput], _ transport: TransportProtocol
  ) -> Set<IPSetEntry> {
    Set(
      candidates.lazy.filter { $0.value.nodeName == policy.nodeName }.map { id, _ in
        IPSetEntry(
          IPSetID(.loopBack, id.address.family),
          .addressPortAddress(id.address, transport, id.port, id.address))
      })
  }
}
