import Addressing
import Reconciler

extension SetMemberStatus {
  init(_ facts: MemberFacts) {
    entry = facts.entry.description
    purpose = facts.entry.set.kind.purpose
    isInKernel = facts.isThere
  }
}

extension IPSetKind {
  /// What a member does, in the words of docs/rules.md.
  var purpose: String {
    switch self {
    case .loopBack: "a pod that reaches itself is masqueraded"
    case .clusterIP: "records the virtual server as ours; who is not a pod is masqueraded"
    case .externalIP, .loadBalancer: "records the virtual server as ours; everybody is masqueraded"
    case .externalIPLocal: "records the virtual server as ours; clients keep their source (policy Local)"
    case .loadBalancerLocal: "clients keep their source (policy Local)"
    case .loadBalancerFirewall: "only the source ranges may come"
    case .loadBalancerSourceIP: "the node itself may come: one of its addresses is in the source ranges"
    case .loadBalancerSourceCIDR: "a source range that may come"
    case .nodePortTCP, .nodePortUDP, .nodePortSCTP:
      "records the node port as ours; everybody is masqueraded"
    case .nodePortLocalTCP, .nodePortLocalUDP, .nodePortLocalSCTP:
      "clients of the node port keep their source (policy Local)"
    case .healthCheckNodePort: "load balancers may ask for the health of this node"
    case .noLocalEndpoints: "policy Local without a local endpoint: traffic from outside is dropped"
    case .boundAddresses: "records the address on kube-ipvs0 as ours"
    }
  }
}
