import Addressing
import Reconciler

/// This node, or one that endpoints are on.
public struct NodeStatus: InspectionItem {
  public static let kind = "Node"

  public var name: String
  public var isThisNode: Bool
  /// Nil without, and for other nodes.
  public var zone: String?
  /// Of the Node object; none for other nodes.
  public var addresses: [String]
  /// The machine's own; none for other nodes.
  public var machineAddresses: [String]
  /// Where node ports are served; none for other nodes.
  public var nodePortAddresses: [String]
  public var podCIDRs: [String]
  /// How many endpoints slices list there.
  public var endpoints: Int

  /// This node first, then the others by name.
  public static func all(_ facts: ClusterFacts) -> [NodeStatus] {
    let own = NodeStatus(
      name: facts.name, isThisNode: true, zone: facts.node?.zone,
      addresses: (facts.node?.addresses ?? []).map(\.description),
      machineAddresses: facts.addresses.map(\.description),
      nodePortAddresses: facts.nodePortAddresses.map(\.description),
      podCIDRs: (facts.node?.podCIDRs ?? []).map(\.description), endpoints: facts.endpoints[facts.name] ?? 0)
    let others = facts.endpoints.filter { $0.key != facts.name }.sorted { $0.key < $1.key }
    return [own]
      + others.map { name, count in
        NodeStatus(
          name: name, isThisNode: false, addresses: [], machineAddresses: [], nodePortAddresses: [],
          podCIDRs: [], endpoints: count)
      }
  }
}
