import Addressing

/// The virtual servers of one port of a Service in one family, with the set members that kube-proxy's rules and ours
/// match (the table in kube-proxy's ipset.go, by kind of address).
struct PortResolver {
  private let resolver: Resolver
  private let service: ServiceInput
  private let port: ServicePortInput
  private let family: IPFamily
  private let endpoints: EndpointSelection
  private let cluster: [RealServerID: EndpointRole]
  private let local: [RealServerID: EndpointRole]

  init(
    _ resolver: Resolver, _ service: ServiceInput, _ port: ServicePortInput, _ family: IPFamily,
    _ endpoints: EndpointSelection
  ) {
    self.resolver = resolver
    self.service = service
    self.port = port
    self.family = family
    self.endpoints = endpoints
    cluster = endpoints.cluster
    local = endpoints.local
  }

  /// ClusterIP before load balancer before externalIP before node port: where two are the same, the first decides.
  func claims(_ refusals: inout [Share.Refusal]) -> [Claim] {
    var claims = service.clusterIPs.filter { $0.family == family }.map(clusterIP)
    for address in service.loadBalancerIPs where admit(address, &refusals) {
      claims.append(loadBalancer(address))
    }
    for address in service.externalIPs where admit(address, &refusals) { claims.append(externalIP(address)) }
    if port.nodePort != 0 {
      claims += resolver.node.nodePortAddresses(family, resolver.policy.nodePortAddresses).map(nodePort)
    }
    return claims
  }

  /// Whether the policy asks for endpoints of this node and there are some on other nodes only.
  func lacksLocalEndpoints(_ scope: TrafficScope) -> Bool {
    scope == .local && !local.hasServing && cluster.hasServing
  }

  private func admit(_ address: IPAddress, _ refusals: inout [Share.Refusal]) -> Bool {
    guard address.family == family else { return false }
    guard let why = resolver.refusal(address) else { return true }
    refusals.append(Share.Refusal(address: address, why: why))
    return false
  }

  // MARK: - Kinds of addresses

  private func clusterIP(_ address: IPAddress) -> Claim {
    // Strictly: a node port on the same Service doesn't open the ClusterIP to endpoints of other nodes.
    claim(
      address, port.port, .clusterIP, service.internalScope == .local ? local : cluster,
      members: [entry(.clusterIP, address, port.port)], binds: true)
  }

  private func loadBalancer(_ address: IPAddress) -> Claim {
    var members = sourceRangeMembers(address, port.port)
    if service.externalScope == .local { members.append(entry(.loadBalancerLocal, address, port.port)) }
    members.append(entry(.loadBalancer, address, port.port))
    return external(
      address, port.port, .loadBalancer, members, binds: !resolver.node.addresses.contains(address))
  }

  private func externalIP(_ address: IPAddress) -> Claim {
    let kind: IPSetKind = service.externalScope == .local ? .externalIPLocal : .externalIP
    return external(
      address, port.port, .externalIP, [entry(kind, address, port.port)],
      binds: !resolver.node.addresses.contains(address))
  }

  private func nodePort(_ address: IPAddress) -> Claim {
    var members = resolver.policy.guardsNodePorts ? sourceRangeMembers(address, port.nodePort) : []
    if service.externalScope == .local { members.append(nodePortEntry(address, isLocal: true)) }
    members.append(nodePortEntry(address, isLocal: false))
    return external(address, port.nodePort, .nodePort, members, binds: false)
  }

  /// By externalTrafficPolicy. Local with no endpoint here: everybody inside is served from the cluster, and a set of
  /// its own has traffic from outside dropped.
  private func external(
    _ address: IPAddress, _ number: UInt16, _ rule: Reason.Rule, _ members: [IPSetEntry], binds: Bool
  ) -> Claim {
    var members = members
    var selected = service.externalScope == .local ? local : cluster
    if resolver.policy.guards, lacksLocalEndpoints(service.externalScope) {
      selected = cluster
      members.append(entry(.noLocalEndpoints, address, number))
    }
    return claim(address, number, rule, selected, members: members, binds: binds)
  }

  // MARK: - Set members

  private func entry(_ kind: IPSetKind, _ address: IPAddress, _ number: UInt16) -> IPSetEntry {
    IPSetEntry(IPSetID(kind, family), .addressPort(address, port.transport, number))
  }

  private func nodePortEntry(_ address: IPAddress, isLocal: Bool) -> IPSetEntry {
    switch port.transport {
    case .tcp: IPSetEntry(IPSetID(isLocal ? .nodePortLocalTCP : .nodePortTCP, family), .port(port.nodePort))
    case .udp: IPSetEntry(IPSetID(isLocal ? .nodePortLocalUDP : .nodePortUDP, family), .port(port.nodePort))
    case .sctp: entry(isLocal ? .nodePortLocalSCTP : .nodePortSCTP, address, port.nodePort)
    }
  }

  /// Who may come, then that it is restricted. A range of all addresses restricts nothing. The node may use the address
  /// when any of its own addresses is in a range: its unbound sockets have the virtual IP itself as source.
  private func sourceRangeMembers(_ address: IPAddress, _ number: UInt16) -> [IPSetEntry] {
    let ranges = service.sourceRanges.filter { $0.family == family }
    guard !ranges.isEmpty, !ranges.contains(where: { $0.prefixLength == 0 }) else { return [] }
    var members = ranges.map { range in
      IPSetEntry(
        IPSetID(.loadBalancerSourceCIDR, family), .addressPortNetwork(address, port.transport, number, range))
    }
    if resolver.node.addresses.contains(where: { own in ranges.contains { $0.contains(own) } }) {
      members.append(
        IPSetEntry(
          IPSetID(.loadBalancerSourceIP, family),
          .addressPortAddress(address, port.transport, number, address)))
    }
    return members + [entry(.loadBalancerFirewall, address, number)]
  }

  /// A pod that reaches itself through its Service must see another source address than its own. Endpoints that are
  /// not ready count too: a connection may outlast the condition.
  private var hairpin: Set<IPSetEntry> {
    Set(
      endpoints.candidates.lazy.filter { endpoints.isLocal($0.value) }.map { id, _ in
        IPSetEntry(
          IPSetID(.loopBack, family), .addressPortAddress(id.address, port.transport, id.port, id.address))
      })
  }

  private func claim(
    _ address: IPAddress, _ number: UInt16, _ rule: Reason.Rule, _ selected: [RealServerID: EndpointRole],
    members: [IPSetEntry], binds: Bool
  ) -> Claim {
    let id = VirtualServerID(address, port: number, transport: port.transport)
    var claim = Claim(
      VirtualServer(
        id, scheduler: service.scheduler ?? resolver.policy.scheduler, schedulerFlags: schedulerFlags,
        persistence: service.sessionAffinity),
      endpoints: selected, members: members, hairpin: hairpin, bindsAddress: binds,
      reason: Reason(service: service.key, portName: port.name, rule: rule))
    claim.drainBound = service.drainBound
    return claim
  }

  /// kube-proxy sets mh-port wherever the node's scheduler is mh; a Service that names its own sets its own flags.
  private var schedulerFlags: SchedulerFlags {
    guard service.scheduler != nil || !service.schedulerFlags.isEmpty else {
      return resolver.policy.scheduler.rawValue == "mh" ? .scheduler2 : []
    }
    // One-packet scheduling exists for datagrams only (ip_vs_core.c).
    return port.transport == .udp ? service.schedulerFlags : service.schedulerFlags.subtracting(.onePacket)
  }
}
