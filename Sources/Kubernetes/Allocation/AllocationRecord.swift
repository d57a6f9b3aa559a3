import Addressing
import Reconciler

/// What one Service was given, as it is kept across restarts. What its manifest names itself is not in here.
struct AllocationRecord: Sendable, Hashable {
  var clusterIPs: [IPAddress] = []
  var nodePorts: [AllocatedNodePort] = []
  /// TCP.
  var healthCheckNodePort: UInt16?

  var isEmpty: Bool { clusterIPs.isEmpty && nodePorts.isEmpty && healthCheckNodePort == nil }

  /// The node port of a Service's port: by name and protocol, or, when it was renamed, by number and protocol.
  func nodePort(for port: ServicePort) -> UInt16? {
    let same = nodePorts.filter { $0.protocol == port.protocol }
    return (same.first { $0.name == port.name } ?? same.first { $0.port == port.port })?.nodePort
  }
}

struct AllocatedNodePort: Sendable, Hashable {
  var name: String?
  var `protocol`: PortProtocol
  var port: UInt16
  var nodePort: UInt16
}

/// Cluster addresses and node ports of one Service, given and allocated.
struct ServiceAllocation: Sendable, Hashable {
  var clusterIPs: [IPAddress] = []
  /// In the order of the Service's ports; 0 where there is none.
  var nodePorts: [UInt16] = []
  /// 0 where there is none.
  var healthCheckNodePort: UInt16 = 0
}

/// Why a Service can't have what it asks for.
struct AllocationError: Error, Sendable, Hashable {
  /// "spec.clusterIP"
  let field: String
  let message: String
}
