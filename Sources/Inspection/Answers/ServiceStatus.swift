/// How far a Service, or one virtual server of it, is in force.
public enum ProgrammingState: String, Codable, Hashable, Sendable, CaseIterable {
  /// The kernel has all of it.
  case programmed = "Programmed"
  /// Not yet: it is in line.
  case pending = "Pending"
  /// Nobody would answer.
  case noEndpoints = "NoEndpoints"
  /// An older Service has the address and port.
  case conflict = "Conflict"
  /// The kernel refuses some of it, or it asks for an address that it can't have.
  case degraded = "Degraded"
}

/// A Service as this node serves it.
public struct ServiceStatus: InspectionItem {
  public static let kind = "Service"

  public var namespace: String
  public var name: String
  /// ClusterIP, NodePort or LoadBalancer, as far as addresses and ports show.
  public var type: String
  public var clusterIPs: [String]
  public var externalIPs: [String]
  public var loadBalancerIPs: [String]
  public var ports: [Port]
  /// Seconds since 1970; 0 when nobody says.
  public var createdAt: Int64
  public var internalTrafficPolicy: String
  public var externalTrafficPolicy: String
  /// Nil without affinity.
  public var sessionAffinitySeconds: UInt32?
  public var healthCheckNodePort: UInt16?
  public var state: ProgrammingState
  /// What to know or do; empty when it is programmed.
  public var reason: String
  /// Distinct ones that get new connections.
  public var servingEndpoints: Int
  /// Distinct ones, with those that are out or drain.
  public var endpoints: Int
  public var virtualServers: [VirtualServerStatus]
  public var refusedAddresses: [RefusedAddress]
  /// Endpoints that none of its virtual servers could have, by slice.
  public var unusedEndpoints: [UnusedEndpoint]
  /// Of the health check port.
  public var setMembers: [SetMemberStatus]

  public struct Port: Codable, Hashable, Sendable {
    /// Empty for a single unnamed port.
    public var name: String
    /// tcp, udp or sctp.
    public var transport: String
    public var port: UInt16
    /// Nil when there is none.
    public var nodePort: UInt16?
  }
}

/// An endpoint that a Service's slice lists, and that no port of the Service is for.
public struct UnusedEndpoint: Codable, Hashable, Sendable {
  public var address: String
  public var nodeName: String?
  /// "namespace/name".
  public var endpointSlice: String
  public var reason: String
}

/// An address that a Service asks for and doesn't get.
public struct RefusedAddress: Codable, Hashable, Sendable {
  /// "namespace/name".
  public var service: String
  public var address: String
  public var reason: String
}

/// One virtual server that a Service asks for.
public struct VirtualServerStatus: Codable, Hashable, Sendable {
  public var address: String
  public var port: UInt16
  public var transport: String
  /// Of the Service; empty for a single unnamed one.
  public var portName: String
  /// The field of the Service that asks for it: "ClusterIP", "NodePort", "externalIP", "LoadBalancer address".
  public var rule: String
  public var scheduler: String
  public var persistenceSeconds: UInt32?
  public var state: ProgrammingState
  public var reason: String
  /// Which endpoints it gets, in a sentence.
  public var endpointList: String
  /// The Service that has it.
  public var heldBy: String
  /// Whether the address belongs on kube-ipvs0.
  public var bindsAddress: Bool
  public var realServers: [RealServerStatus]
  public var setMembers: [SetMemberStatus]

  /// "10.96.0.10:53/udp".
  public var name: String { "\(hostPort(address, port))/\(transport)" }
}

/// An endpoint of a virtual server, or a real server that drains.
public struct RealServerStatus: Codable, Hashable, Sendable {
  public enum State: String, Codable, Hashable, Sendable {
    /// Gets new connections.
    case serving = "Serving"
    /// Finishes those that it has.
    case draining = "Draining"
    /// Gets none.
    case out = "Out"
  }

  public var address: String
  public var port: UInt16
  public var state: State
  /// What it is to have; 0 for none.
  public var weight: UInt32
  /// What it has in the kernel; nil when it isn't there.
  public var weightInKernel: UInt32?
  /// Why it is in or out, in a sentence.
  public var reason: String
  public var nodeName: String?
  /// "namespace/name"; nil once its endpoint has gone.
  public var endpointSlice: String?

  /// "10.244.0.5:8080".
  public var name: String { hostPort(address, port) }
}

/// A member of an ipset, and what for.
public struct SetMemberStatus: Codable, Hashable, Sendable {
  /// As `ipset` writes it: "KUBE-CLUSTER-IP 10.96.0.1,tcp:443".
  public var entry: String
  public var purpose: String
  public var isInKernel: Bool
}

/// "10.0.0.1:80" or "[fd00::1]:80" (RFC 3986 brackets).
func hostPort(_ address: String, _ port: UInt16) -> String {
  address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
}
