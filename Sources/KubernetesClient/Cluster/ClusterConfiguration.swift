import KubernetesWire

/// What a cluster source is told once.
public struct ClusterConfiguration: Sendable, Hashable {
  /// This node's Node object.
  public var nodeName: String
  /// How long the first batch waits for the Node object once Services and EndpointSlices are there. kube-proxy waits
  /// as long.
  public var nodePatience: Duration
  /// In order of preference; never empty.
  public var formats: [WireFormat]

  public init(
    nodeName: String, nodePatience: Duration = .seconds(30),
    formats: [WireFormat] = [.protobuf, .json]
  ) {
    self.nodeName = nodeName
    self.nodePatience = nodePatience
    self.formats = formats.isEmpty ? [.protobuf, .json] : formats
  }
}
