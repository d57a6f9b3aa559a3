import Addressing

/// All that is known of an address, port and protocol that somebody connects to, and of who connects.
public struct DestinationFacts: Sendable {
  public let id: VirtualServerID
  /// The Service that has it; nil when none does.
  public let holder: ServiceFacts?
  /// Younger Services that ask for the same, the oldest first.
  public let rivals: [ServiceKey]
  /// The sets that are to have it: its address and port, or its address, or its port.
  public let sets: Set<IPSetKind>
  /// The same for the source address with the port of the destination.
  public let setsOfSource: Set<IPSetKind>
  /// Who may come, where KUBE-LOAD-BALANCER-FW has it.
  public let sourceRanges: [IPNetwork]
  /// Whether KUBE-LOAD-BALANCER-SOURCE-IP is to have it together with the source address.
  public let sourceIsExempt: Bool
  /// Real servers for which KUBE-LOOP-BACK is to have the pod itself as a client.
  public let hairpins: Set<RealServerID>
  public let isNodeAddress: Bool
  /// Whether kube-ipvs0 has the address.
  public let isBound: Bool
  /// As the kernel has it; nil when it doesn't.
  public let known: VirtualServerState?
  /// Whether the kernel's is ours, wanted or not.
  public let isOurs: Bool
  /// Other virtual servers that are wanted on the address, and why, in order.
  public let neighbours: [Neighbour]
  /// Services with an endpoint of this address, in order.
  public let endpointOf: [ServiceKey]
  /// Where that endpoint is; nil when nobody says.
  public let endpointNode: String?
  /// Services that ask for the address and don't get it.
  public let refused: [Refused]
  /// The Service range that the address lies in.
  public let serviceRange: IPNetwork?
  /// Who connects; nil when nobody was named, which means the node itself.
  public let source: SourceFacts?

  public struct Neighbour: Hashable, Sendable {
    public let id: VirtualServerID
    public let reason: Reason
  }

  public struct Refused: Hashable, Sendable {
    public let service: ServiceKey
    public let why: AddressRefusal
  }

  public var claim: ClaimFacts? { holder?.claims.first { $0.id == id && $0.isHeld } }
}

/// Who connects.
public struct SourceFacts: Hashable, Sendable {
  public let address: IPAddress
  /// Whether it is an address of this machine.
  public let isNode: Bool
  /// Services that have it as an endpoint, in order.
  public let endpointOf: [ServiceKey]
  /// The node of that endpoint; nil when nobody says.
  public let nodeName: String?
  /// Whether it is a pod of this node: an endpoint here, or in one of the Node's pod networks.
  public let isLocalPod: Bool
}
