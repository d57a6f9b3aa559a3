import Addressing

/// This node as its Node object tells it.
public struct NodeInput: Hashable, Sendable {
  /// From the label topology.kubernetes.io/zone; nil without.
  public var zone: String?
  /// status.addresses of type InternalIP and ExternalIP, in the API's order.
  public var addresses: [IPAddress]
  /// spec.podCIDRs, for detect-local mode NodeCIDR.
  public var podCIDRs: [IPNetwork]

  public init(zone: String? = nil, addresses: [IPAddress] = [], podCIDRs: [IPNetwork] = []) {
    self.zone = zone
    self.addresses = addresses
    self.podCIDRs = podCIDRs
  }
}

/// On which addresses of the node NodePorts are served (`--nodeport-addresses`).
public enum NodePortAddresses: Hashable, Sendable {
  /// Every address of the family but loopback and link-local ones.
  case all
  /// Those in these networks; a family without any network gets every address, as kube-proxy has it.
  case networks([IPNetwork])
  /// The first address of each family that the Node object names.
  case primary
}
