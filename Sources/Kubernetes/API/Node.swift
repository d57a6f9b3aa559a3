/// A Node (v1) as the API serves it: the fields that are read.
public struct Node: Sendable, Hashable, Encodable {
  public let apiVersion = "v1"
  public let kind = "Node"
  public var metadata: ObjectMeta
  public var spec: NodeSpec
  public var status: NodeStatus

  public init(metadata: ObjectMeta, spec: NodeSpec, status: NodeStatus) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }

  private enum CodingKeys: CodingKey { case apiVersion, kind, metadata, spec, status }
}

public struct NodeSpec: Sendable, Hashable, Encodable {
  /// CIDR blocks, at most one per family.
  public var podCIDRs: [String] = []
}

public struct NodeStatus: Sendable, Hashable, Encodable {
  public var addresses: [NodeAddress] = []
}

public struct NodeAddress: Sendable, Hashable, Encodable {
  /// InternalIP, ExternalIP, Hostname, InternalDNS or ExternalDNS.
  public var type: String
  public var address: String
}
