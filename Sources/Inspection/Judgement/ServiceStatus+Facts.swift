import Addressing
import Reconciler

extension ServiceStatus {
  /// - Parameters:
  ///   - facts: of the Service.
  ///   - port: the name or number of the only port to tell of; nil for all.
  public init(_ facts: ServiceFacts, port: String? = nil) {
    let input = facts.input
    let ports = input.ports.filter { port.map($0.isCalled) ?? true }
    let claims = facts.claims.filter { claim in
      ports.contains { $0.name == claim.reason.portName && $0.transport == claim.id.transport }
    }
    namespace = input.key.namespace
    name = input.key.name
    type = input.apparentType
    clusterIPs = input.clusterIPs.map(\.description)
    externalIPs = input.externalIPs.map(\.description)
    loadBalancerIPs = input.loadBalancerIPs.map(\.description)
    self.ports = ports.map(Port.init)
    createdAt = input.createdAt
    internalTrafficPolicy = input.internalScope.policy
    externalTrafficPolicy = input.externalScope.policy
    sessionAffinitySeconds = input.sessionAffinity
    healthCheckNodePort = input.healthCheckNodePort == 0 ? nil : input.healthCheckNodePort
    let servers = claims.flatMap(\.servers)
    servingEndpoints = Set(servers.filter { $0.verdict?.isServing ?? false }.map(\.id)).count
    endpoints = Set(servers.map(\.id)).count
    virtualServers = claims.map(VirtualServerStatus.init)
    refusedAddresses = facts.refusals.map {
      RefusedAddress(service: "\(input.key)", address: "\($0.address)", reason: "\($0.why)")
    }
    unusedEndpoints = facts.unusedEndpoints
    setMembers = facts.members.map(SetMemberStatus.init)
    (state, reason) = facts.judgement(of: claims, ports)
  }

  /// "namespace/name".
  public var key: String { "\(namespace)/\(name)" }
}

extension ServiceStatus.Port {
  fileprivate init(_ input: ServicePortInput) {
    name = input.name
    transport = input.transport.description
    port = input.port
    nodePort = input.nodePort == 0 ? nil : input.nodePort
  }
}

extension ServicePortInput {
  /// Whether somebody means it by this name or number.
  func isCalled(_ text: String) -> Bool { name == text || UInt16(text) == port || UInt16(text) == nodePort }
}

extension TrafficScope {
  fileprivate var policy: String { self == .local ? "Local" : "Cluster" }
}

extension ServiceInput {
  /// The node isn't told the type itself, nor does it need it.
  fileprivate var apparentType: String {
    if !loadBalancerIPs.isEmpty || healthCheckNodePort != 0 { return "LoadBalancer" }
    return ports.contains { $0.nodePort != 0 } ? "NodePort" : "ClusterIP"
  }
}

extension ServiceFacts {
  /// The state of the whole: what somebody has to act upon comes first.
  fileprivate func judgement(
    of claims: [ClaimFacts], _ ports: [ServicePortInput]
  ) -> (ProgrammingState, String) {
    let judgements = claims.map(\.judgement)
    if let failing = judgements.first(where: { $0.state == .degraded }) { return failing }
    if let refusal = refusals.first { return (.degraded, "\(refusal.address) is refused: \(refusal.why)") }
    if let conflict = judgements.first(where: { $0.state == .conflict }) { return conflict }
    if claims.isEmpty { return (.noEndpoints, "it has no address of a family that this node serves") }
    for port in ports {
      if let advice = adviceIfNobodyServes(port, claims) { return (.noEndpoints, advice) }
    }
    return judgements.first { $0.state == .pending } ?? (.programmed, "")
  }
}
