/// The virtual servers that a Service has on this node: by these the kernel's counters get a name.
public struct ServiceAddresses: InspectionItem {
  public static let kind = "ServiceAddresses"

  public var namespace: String
  public var name: String
  /// "10.96.0.10:53/udp", in order.
  public var virtualServers: [String]

  public init(namespace: String, name: String, virtualServers: [String]) {
    self.namespace = namespace
    self.name = name
    self.virtualServers = virtualServers
  }
}
