import Addressing
import Reconciler

/// What the guards do with the first packet of a connection that IPVS would take: GuardBlock's rules over the members of
/// the sets. Nil lets it pass.
struct Guarding {
  let place: String
  let why: String

  init?(_ packet: Packet) {
    guard packet.rules.guards else { return nil }
    if let why = Self.sourceRanges(packet) {
      place = packet.isFromNode ? "mangle KUBE-IPVS-MANGLE-OUT" : "filter KUBE-SOURCE-RANGES-FIREWALL"
      self.why = why
    } else if let why = Self.noLocalEndpoints(packet) {
      place = "filter KUBE-IPVS-NO-LOCAL"
      self.why = why
    } else {
      return nil
    }
  }

  private static func sourceRanges(_ packet: Packet) -> String? {
    let facts = packet.facts
    guard facts.sets.contains(.loadBalancerFirewall) else { return nil }
    if facts.sourceRanges.contains(where: { $0.contains(packet.source) }) || facts.sourceIsExempt {
      return nil
    }
    let ranges = facts.sourceRanges.map(\.description).joined(separator: ", ")
    if facts.source == nil { return "no address of this node is in loadBalancerSourceRanges (\(ranges))" }
    return "\(packet.source) is not in loadBalancerSourceRanges (\(ranges))"
  }

  /// The node's own traffic is IPVS' before filter INPUT sees it.
  private static func noLocalEndpoints(_ packet: Packet) -> String? {
    guard packet.facts.sets.contains(.noLocalEndpoints), !packet.isFromNode else { return nil }
    switch packet.locality {
    case .pod: return nil
    case .other:
      return
        "externalTrafficPolicy Local, no endpoint on this node, and the source is not a pod's: a load balancer "
        + "has to ask another node"
    case .unknown:
      return
        "externalTrafficPolicy Local and no endpoint on this node; without a local detector pods can't be told "
        + "from others (--cluster-cidr)"
    }
  }
}
