import Reconciler

/// Which nodes tell about a Service, so that a fault that every node sees makes a few Events and not one from each.
///
/// A node decides by itself, from what all nodes see alike: each node name gets a score for the Service, and the highest
/// tell (rendezvous hashing, Thaler and Ravishankar 1998). A node that comes or goes changes the choice by one.
public struct ServiceEventPolicy: Sendable, Hashable {
  public let ownNodeName: String
  /// How many nodes tell.
  public let nodeCount: Int

  public init(ownNodeName: String, nodeCount: Int = 3) {
    self.ownNodeName = ownNodeName
    self.nodeCount = nodeCount
  }

  /// Whether this node is one of those that tell.
  ///
  /// - Parameters:
  ///   - service: What is to be told about.
  ///   - nodesSeen: The names of all nodes that any EndpointSlice shows; the own one need not be among them.
  ///   - nodesWithEndpoints: The nodes that the Service's own endpoints are on. Of these, too, the first few tell: they
  ///     may see what others don't.
  /// - Returns: Whether an Event is to be written.
  public func tells(
    about service: ServiceKey, nodesSeen: some Sequence<String>, nodesWithEndpoints: Set<String> = []
  ) -> Bool {
    isFirst(nodesSeen, service)
      || (nodesWithEndpoints.contains(ownNodeName) && isFirst(nodesWithEndpoints, service))
  }

  /// Whether fewer than `nodeCount` other nodes have a higher score.
  private func isFirst(_ nodes: some Sequence<String>, _ service: ServiceKey) -> Bool {
    let own = score(ownNodeName, service)
    var higher = Set<String>()
    for node in nodes where node != ownNodeName {
      let other = score(node, service)
      guard other > own || (other == own && node < ownNodeName) else { continue }
      higher.insert(node)
      if higher.count >= nodeCount { return false }
    }
    return nodeCount > 0
  }

  /// FNV-1a over "namespace/name", a zero and the node's name; then mixed (MurmurHash3's finalizer), because in FNV-1a
  /// alone the names' last characters hardly reach the high bits.
  private func score(_ node: String, _ service: ServiceKey) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(service)\0\(node)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return hash ^ (hash >> 33)
  }
}
