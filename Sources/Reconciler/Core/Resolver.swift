import Addressing

/// What the node's flags add to every Service.
public struct ResolverPolicy: Hashable, Sendable {
  /// The node's name as endpoints carry it.
  public var nodeName: String
  /// The families that are served; addresses of others are left out.
  public var families: Set<IPFamily>
  public var scheduler: Scheduler
  public var nodePortAddresses: NodePortAddresses
  /// Where ClusterIPs come from: no other address of a Service may lie there.
  public var serviceRanges: [IPNetwork]
  /// Whether the guard rules are in force. Without them a Service with policy Local and no endpoint here has no real
  /// servers at all, since nothing would keep traffic from outside off those of other nodes.
  public var guards: Bool
  /// Whether source ranges are applied to node ports too.
  public var guardsNodePorts: Bool

  public init(
    nodeName: String, families: Set<IPFamily> = [.ipv4, .ipv6], scheduler: Scheduler = .roundRobin,
    nodePortAddresses: NodePortAddresses = .all, serviceRanges: [IPNetwork] = [], guards: Bool = true,
    guardsNodePorts: Bool = false
  ) {
    self.nodeName = nodeName
    self.families = families
    self.scheduler = scheduler
    self.nodePortAddresses = nodePortAddresses
    self.serviceRanges = serviceRanges
    self.guards = guards
    self.guardsNodePorts = guardsNodePorts
  }
}

/// The node as it is now.
public struct NodeState: Hashable, Sendable {
  public var node: NodeInput?
  /// The machine's addresses, those of kube-ipvs0 left out.
  public var addresses: Set<IPAddress>

  public init(node: NodeInput? = nil, addresses: Set<IPAddress> = []) {
    self.node = node
    self.addresses = addresses
  }

  /// The addresses that node ports of a family are served on, in order.
  func nodePortAddresses(_ family: IPFamily, _ policy: NodePortAddresses) -> [IPAddress] {
    let usable = addresses.filter { $0.family == family && !$0.isLoopback && !$0.isLinkLocal }.sorted()
    switch policy {
    case .all: return usable
    case .networks(let networks):
      let own = networks.filter { $0.family == family }
      return own.isEmpty ? usable : usable.filter { address in own.contains { $0.contains(address) } }
    case .primary:
      return (node?.addresses ?? []).first { $0.family == family && !$0.isLoopback }.map { [$0] } ?? []
    }
  }
}

/// Turns one Service and its slices into its share of the desired state. Pure: the same input gives the same share.
public final class Resolver: Sendable {
  let policy: ResolverPolicy
  let node: NodeState
  private let families: [IPFamily]
  /// Why the Service can't have an address that it names; nil when it can.
  let refusal: @Sendable (IPAddress, ServiceInput) -> AddressRefusal?

  public init(
    _ policy: ResolverPolicy, node: NodeState = NodeState(),
    refusal: @escaping @Sendable (IPAddress, ServiceInput) -> AddressRefusal? = { _, _ in nil }
  ) {
    self.policy = policy
    self.node = node
    self.refusal = refusal
    families = policy.families.sorted()
  }

  /// The Service's share, from all of its slices in any order.
  public func resolve(_ service: ServiceInput, slices: [EndpointSliceInput]) -> Share {
    resolve(Box(service), slices: slices)
  }

  func resolve(_ box: Box<ServiceInput>, slices: [EndpointSliceInput]) -> Share {
    let service = box.value
    var claims: [Claim] = []
    var refusals: [Share.Refusal] = []
    var dependencies: Share.Dependencies = service.dependsOnAddresses ? .addresses : []
    var withoutLocalEndpoints = WithoutLocalEndpoints()
    // In the box: a closure over the Service itself would copy it.
    let isServed = { (family: IPFamily) in box.value.hasClusterIP(family) }
    let families = families.allSatisfy(isServed) ? families : families.filter(isServed)
    for family in families {
      for port in service.ports {
        let endpoints = EndpointSelection(
          of: port, family: family, in: slices, nodeName: policy.nodeName, zone: node.node?.zone)
        if endpoints.hasHints { dependencies.insert(.zone) }
        let resolver = PortResolver(self, box, port, family, endpoints)
        resolver.addClaims(to: &claims, &refusals)
        // Each once, whatever the number of ports: the last family noted is this one or an earlier one.
        if resolver.lacksLocalEndpoints(service.internalScope),
          withoutLocalEndpoints.internalFamilies.last != family
        {
          withoutLocalEndpoints.internalFamilies.append(family)
        }
        if resolver.lacksLocalEndpoints(service.externalScope),
          withoutLocalEndpoints.externalFamilies.last != family
        {
          withoutLocalEndpoints.externalFamilies.append(family)
        }
      }
    }
    return Share(
      service: service.key, seniority: Seniority(service), claims: claims,
      members: families.compactMap { service.healthCheckMember($0) },
      refusals: refusals.uniqued(), dependencies: dependencies,
      healthCheck: service.healthCheckNodePort == 0
        ? nil : HealthCheckTarget(service, slices, families: families, nodeName: policy.nodeName),
      withoutLocalEndpoints: withoutLocalEndpoints)
  }
}

extension ServiceInput {
  /// Node ports are served on the node's addresses; an own address is never bound; source ranges may hold the node.
  fileprivate var dependsOnAddresses: Bool {
    ports.contains { $0.nodePort != 0 } || !externalIPs.isEmpty || !loadBalancerIPs.isEmpty
  }

  fileprivate func hasClusterIP(_ family: IPFamily) -> Bool { clusterIPs.contains { $0.family == family } }

  fileprivate func healthCheckMember(_ family: IPFamily) -> IPSetEntry? {
    healthCheckNodePort == 0
      ? nil : IPSetEntry(IPSetID(.healthCheckNodePort, family), .port(healthCheckNodePort))
  }
}

extension [Share.Refusal] {
  fileprivate func uniqued() -> [Element] {
    if count < 2 { return self }
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
