import Addressing

/// A Service of the traffic matrix. Each has all its addresses: of both families, for every transport.
struct MatrixService: Sendable {
  enum Scope: String, Sendable {
    case cluster = "Cluster"
    case local = "Local"
  }

  let name: String
  /// Different for each: all addresses and node ports are made of it. 1...99.
  let number: Int
  /// Pods of node-a (below 10) and of node-b.
  let pods: [Int]
  /// Internal and external traffic policy.
  var scope = Scope.cluster
  var sourceRanges: [String] = []
  /// A Service without node ports and load balancer.
  var isInternal = false

  static let port: UInt16 = 80
  static let targetPort: UInt16 = 8080
  static let transports: [TransportProtocol] = [.tcp, .udp, .sctp]

  var nodePort: UInt16 { 30100 + UInt16(number) }

  func address(_ reach: Reach, _ family: IPFamily) -> String {
    switch (reach, family) {
    case (.clusterIP, .ipv4): "10.96.5.\(number)"
    case (.clusterIP, .ipv6): "fd00:10:96::\(number)"
    case (.loadBalancer, .ipv4): "172.30.5.\(number)"
    case (.loadBalancer, .ipv6): "2001:db8:30::\(number)"
    case (.externalIP, .ipv4): "192.0.2.\(number)"
    case (.externalIP, .ipv6): "2001:db8:e::\(number)"
    case (.nodePort, .ipv4): Lab.nodeAddress
    case (.nodePort, .ipv6): Lab.nodeAddress6
    }
  }

  func port(_ reach: Reach) -> UInt16 { reach == .nodePort ? nodePort : Self.port }

  static let virtualNetworks = [
    "10.96.0.0/16", "172.30.5.0/24", "192.0.2.0/24", "fd00:10:96::/112", "2001:db8:30::/64",
    "2001:db8:e::/64",
  ]
}

/// By which of its addresses a Service is used.
enum Reach: String, Sendable, CaseIterable {
  case clusterIP, nodePort, loadBalancer, externalIP

  /// Those that the external traffic policy is about.
  static let external: [Reach] = [.nodePort, .loadBalancer, .externalIP]
}
