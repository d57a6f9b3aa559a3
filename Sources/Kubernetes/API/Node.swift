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
  public var taints: [Taint] = []

  public init(podCIDRs: [String] = [], taints: [Taint] = []) {
    self.podCIDRs = podCIDRs
    self.taints = taints
  }
}

/// What keeps Pods without a matching toleration away from a Node.
public struct Taint: Sendable, Hashable, Encodable {
  public var key: String
  public var value: String?
  /// NoSchedule, PreferNoSchedule or NoExecute.
  public var effect: String

  public init(key: String, value: String? = nil, effect: String) {
    self.key = key
    self.value = value
    self.effect = effect
  }
}

public struct NodeStatus: Sendable, Hashable, Encodable {
  public var addresses: [NodeAddress] = []

  public init(addresses: [NodeAddress] = []) { self.addresses = addresses }
}

public struct NodeAddress: Sendable, Hashable, Encodable {
  /// InternalIP, ExternalIP, Hostname, InternalDNS or ExternalDNS.
  public var type: String
  public var address: String

  public init(type: String, address: String) {
    self.type = type
    self.address = address
  }
}
