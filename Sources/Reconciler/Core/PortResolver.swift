import Addressing

/// The virtual servers of one port of a Service in one family, with the set members that kube-proxy's rules and ours
/// match (the table in kube-proxy's ipset.go, by kind of address).
struct PortResolver {
  private let resolver: Resolver
  private let box: Box<ServiceInput>
  private var service: ServiceInput { box.value }
  private let port: ServicePortInput
  private let family: IPFamily
  private let cluster: SortedByID<ListedEndpoint>
  /// Empty where no traffic policy asks for it.
  private let local: SortedByID<ListedEndpoint>

  init(
    _ resolver: Resolver, _ service: Box<ServiceInput>, _ port: ServicePortInput, _ family: IPFamily,
    _ endpoints: EndpointSelection
  ) {
    self.resolver = resolver
    box = service
    self.port = port
    self.family = family
    cluster = endpoints.cluster
    let asksForLocal = box.value.internalScope == .local || box.value.externalScope == .local
    local = asksForLocal ? endpoints.local : SortedByID()
  }

  /// ClusterIP before load balancer before externalIP before node port: where two are the same, the first decides.
  func addClaims(to claims: inout [Claim], _ refusals: inout [Share.Refusal]) {
    for address in service.clusterIPs where address.family == family { claims.append(clusterIP(address)) }
    for address in service.loadBalancerIPs where admit(address, &refusals) {
      claims.append(loadBalancer(address))
    }
    for address in service.externalIPs where admit(address, &refusals) { claims.append(externalIP(address)) }
    if port.nodePort != 0 {
      claims += resolver.node.nodePortAddresses(family, resolver.policy.nodePortAddresses).map(nodePort)
    }
  }

  /// Whether the policy asks for endpoints of this node and there are some on other nodes only.
  func lacksLocalEndpoints(_ scope: TrafficScope) -> Bool {
    scope == .local && !local.hasServing && cluster.hasServing
  }

  private func admit(_ address: IPAddress, _ refusals: inout [Share.Refusal]) -> Bool {
    guard address.family == family else { return false }
    guard let why = resolver.refusal(address, service) else { return true }
    refusals.append(Share.Refusal(address: address, why: why))
    return false
  }

  // MARK: - Kinds of addresses

  private func clusterIP(_ address: IPAddress) -> Claim {
    // Strictly: a node port on the same Service doesn't open the ClusterIP to endpoints of other nodes.
    claim(
      address, port.port, .clusterIP, service.internalScope == .local ? local : cluster,
      .clusterIP, binds: true)
  }

  private func loadBalancer(_ address: IPAddress) -> Claim {
    let ranges = sourceRanges
    let kinds: [IPSetKind] =
      (service.externalScope == .local ? [.loadBalancerLocal] : []) + restrictions(ranges) + [.loadBalancer]
    return external(
      address, port.port, .loadBalancer, kinds, ranges, binds: !resolver.node.addresses.contains(address))
  }

  private func externalIP(_ address: IPAddress) -> Claim {
    let kind: IPSetKind = service.externalScope == .local ? .externalIPLocal : .externalIP
    return external(
      address, port.port, .externalIP, [kind], [], binds: !resolver.node.addresses.contains(address))
  }

  private func nodePort(_ address: IPAddress) -> Claim {
    let ranges = resolver.policy.guardsNodePorts ? sourceRanges : []
    let kinds =
      (service.externalScope == .local ? [nodePortSet(isLocal: true)] : []) + restrictions(ranges)
      + [nodePortSet(isLocal: false)]
    return external(address, port.nodePort, .nodePort, kinds, ranges, binds: false)
  }

  /// By externalTrafficPolicy. Local with no endpoint here: everybody inside is served from the cluster, and a set of
  /// its own has traffic from outside dropped.
  private func external(
    _ address: IPAddress, _ number: UInt16, _ rule: Reason.Rule, _ kinds: [IPSetKind], _ ranges: [IPNetwork],
    binds: Bool
  ) -> Claim {
    var kinds = kinds
    var selected = service.externalScope == .local ? local : cluster
    if resolver.policy.guards, lacksLocalEndpoints(service.externalScope) {
      selected = cluster
      kinds.append(.noLocalEndpoints)
    }
    return claim(
      address, number, rule, selected, Membership(kinds, sourceRanges: ranges), binds: binds)
  }

  // MARK: - Sets

  private func nodePortSet(isLocal: Bool) -> IPSetKind {
    switch port.transport {
    case .tcp: isLocal ? .nodePortLocalTCP : .nodePortTCP
    case .udp: isLocal ? .nodePortLocalUDP : .nodePortUDP
    case .sctp: isLocal ? .nodePortLocalSCTP : .nodePortSCTP
    }
  }

  /// Those of the family. A range of all addresses restricts nothing.
  private var sourceRanges: [IPNetwork] {
    let ranges = service.sourceRanges.filter { $0.family == family }
    return ranges.contains { $0.prefixLength == 0 } ? [] : ranges
  }

  /// The sets that go with source ranges. The node may use the address when any of its own addresses is in a range: its
  /// unbound sockets have the virtual IP itself as source.
  private func restrictions(_ ranges: [IPNetwork]) -> [IPSetKind] {
    if ranges.isEmpty { return [] }
    let hasNode = resolver.node.addresses.contains { own in ranges.contains { $0.contains(own) } }
    return hasNode ? [.loadBalancerSourceIP, .loadBalancerFirewall] : [.loadBalancerFirewall]
  }

  private func claim(
    _ address: IPAddress, _ number: UInt16, _ rule: Reason.Rule, _ selected: SortedByID<ListedEndpoint>,
    _ membership: Membership, binds: Bool
  ) -> Claim {
    let id = VirtualServerID(address, port: number, transport: port.transport)
    return Claim(
      VirtualServer(
        id, scheduler: service.scheduler ?? resolver.policy.scheduler, schedulerFlags: schedulerFlags,
        persistence: service.sessionAffinity),
      endpoints: selected, membership: membership, bindsAddress: binds, drainBound: service.drainBound,
      reason: Reason(service: service.key, portName: port.name, rule: rule))
  }

  /// kube-proxy sets mh-port wherever the node's scheduler is mh; a Service that names its own sets its own flags.
  private var schedulerFlags: SchedulerFlags {
    guard service.scheduler != nil || !service.schedulerFlags.isEmpty else {
      return resolver.policy.scheduler == .maglevHashing ? .scheduler2 : []
    }
    // One-packet scheduling exists for datagrams only (ip_vs_core.c).
    return port.transport == .udp ? service.schedulerFlags : service.schedulerFlags.subtracting(.onePacket)
  }
}
