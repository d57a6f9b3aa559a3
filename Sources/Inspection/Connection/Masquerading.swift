import Addressing
import Reconciler

/// What nat KUBE-SERVICES does with the first packet of a connection: MasqueradeBlock's rules in their order, over the
/// members of the sets.
struct Masquerading {
  let isMarked: Bool
  let why: String

  init(_ packet: Packet) {
    let mark = Self.verdict(packet)
    isMarked = mark.isMarked
    why = mark.why
  }

  private static func verdict(_ packet: Packet) -> (isMarked: Bool, why: String) {
    let (sets, own) = (packet.facts.sets, packet.facts.setsOfSource)
    if packet.source.isLoopback { return (false, "the source is a loopback address") }
    if sets.contains(.noLocalEndpoints) {
      return (true, "KUBE-NO-LOCAL-ENDPOINTS: policy Local, and the endpoints are on other nodes")
    }
    if sets.contains(.loadBalancer) {
      if own.contains(.loadBalancerLocal) {
        return (true, "KUBE-LOAD-BALANCER-LOCAL: from an unbound socket of the node")
      }
      if !sets.contains(.loadBalancerLocal) { return (true, "KUBE-LOAD-BALANCER: everybody is") }
    }
    if sets.contains(.clusterIP), let mark = clusterIP(packet) { return (true, mark) }
    if sets.contains(.externalIP) { return (true, "KUBE-EXTERNAL-IP: everybody is") }
    if own.contains(.externalIPLocal) {
      return (true, "KUBE-EXTERNAL-IP-LOCAL: from an unbound socket of the node")
    }
    // What is for a Service is accepted before the node ports.
    if !sets.isDisjoint(with: [.clusterIP, .loadBalancer, .externalIP, .externalIPLocal]) {
      return (false, sets.contains(.clusterIP) ? "it is a pod's" : "policy Local keeps the client's source")
    }
    return packet.facts.isNodeAddress || packet.facts.isBound
      ? nodePort(packet) : (false, "no rule asks for it")
  }

  private static func clusterIP(_ packet: Packet) -> String? {
    if packet.rules.masqueradeAll { return "KUBE-CLUSTER-IP: --masquerade-all" }
    switch packet.locality {
    case .pod: return nil
    case .other: return "KUBE-CLUSTER-IP: the local detector doesn't call the source a pod's"
    case .unknown:
      return packet.facts.setsOfSource.contains(.clusterIP)
        ? "KUBE-CLUSTER-IP: from an unbound socket of the node" : nil
    }
  }

  private static func nodePort(_ packet: Packet) -> (Bool, String) {
    let (all, local): (IPSetKind, IPSetKind) =
      switch packet.facts.id.transport {
      case .tcp: (.nodePortTCP, .nodePortLocalTCP)
      case .udp: (.nodePortUDP, .nodePortLocalUDP)
      case .sctp: (.nodePortSCTP, .nodePortLocalSCTP)
      }
    let family = packet.facts.id.family
    if packet.facts.sets.contains(local) {
      return (false, "\(IPSetID(local, family).name): policy Local keeps the client's source")
    }
    if packet.facts.sets.contains(all) { return (true, "\(IPSetID(all, family).name): everybody is") }
    return (false, "no rule asks for it")
  }
}

/// The first packet of a connection, with what the rules look at.
struct Packet {
  let facts: DestinationFacts
  let rules: TrafficRules
  let isFromNode: Bool
  let source: IPAddress
  let locality: TrafficRules.Locality

  init(_ facts: DestinationFacts, _ rules: TrafficRules) {
    self.facts = facts
    self.rules = rules
    // An unbound socket that connects to a local address gets that very address as its source.
    source = facts.source?.address ?? facts.id.address
    isFromNode = facts.source?.isNode ?? true
    locality = rules.locality(
      of: source, isLocalPod: facts.source?.isLocalPod ?? false, isFromNode: isFromNode)
  }
}
