import Addressing

/// A Kubernetes Service by name.
public struct ServiceKey: Hashable, Sendable {
  private let full: NamespacedName

  public init(namespace: String, name: String) { full = NamespacedName(namespace, name) }

  public var namespace: String { full.namespace }
  public var name: String { full.name }

  public func _rawHashValue(seed: Int) -> Int { full._rawHashValue(seed: seed) }
}

extension ServiceKey: Comparable, CustomStringConvertible {
  public static func < (left: Self, right: Self) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }

  /// "namespace/name".
  public var description: String { full.description }
}

/// Where a Service's traffic may go: internalTrafficPolicy and externalTrafficPolicy.
public enum TrafficScope: Hashable, Sendable {
  /// Endpoints of every node.
  case cluster
  /// Endpoints of this node only.
  case local
}

/// A Service as the core needs it: validated, in the core's own types. Headless and ExternalName Services and those of
/// another proxy never get here. Addresses of both families may stand side by side; the core takes those it serves.
public struct ServiceInput: Hashable, Sendable {
  public let key: ServiceKey
  /// Seconds since 1970; with the key and the UID it decides which of two Services is the older.
  public var createdAt: Int64
  public var uid: String {
    get { objectUID.description }
    set { objectUID = ObjectUID(newValue) }
  }
  private(set) var objectUID: ObjectUID
  /// One per family.
  public var clusterIPs: [IPAddress]
  public var ports: [ServicePortInput]
  /// sessionAffinity ClientIP: seconds (1...86400); nil for None.
  public var sessionAffinity: UInt32?
  public var externalIPs: [IPAddress]
  /// The ingress addresses of status.loadBalancer that the node serves: ipMode VIP or none, never Proxy.
  public var loadBalancerIPs: [IPAddress]
  /// Who may use the load balancer addresses; empty for everybody.
  public var sourceRanges: [IPNetwork]
  public var internalScope: TrafficScope
  public var externalScope: TrafficScope
  /// 0 when there is none.
  public var healthCheckNodePort: UInt16
  /// From the Service's annotations; nil leaves the node's.
  public var scheduler: Scheduler?
  public var schedulerFlags: SchedulerFlags
  /// How long a real server may drain after its endpoint has gone; nil leaves the node's.
  public var drainBound: Duration?

  public init(
    key: ServiceKey, createdAt: Int64 = 0, uid: String = "", clusterIPs: [IPAddress],
    ports: [ServicePortInput], sessionAffinity: UInt32? = nil, externalIPs: [IPAddress] = [],
    loadBalancerIPs: [IPAddress] = [], sourceRanges: [IPNetwork] = [], internalScope: TrafficScope = .cluster,
    externalScope: TrafficScope = .cluster, healthCheckNodePort: UInt16 = 0, scheduler: Scheduler? = nil,
    schedulerFlags: SchedulerFlags = [], drainBound: Duration? = nil
  ) {
    self.key = key
    self.createdAt = createdAt
    objectUID = ObjectUID(uid)
    self.clusterIPs = clusterIPs
    self.ports = ports
    self.sessionAffinity = sessionAffinity
    self.externalIPs = externalIPs
    self.loadBalancerIPs = loadBalancerIPs
    self.sourceRanges = sourceRanges
    self.internalScope = internalScope
    self.externalScope = externalScope
    self.healthCheckNodePort = healthCheckNodePort
    self.scheduler = scheduler
    self.schedulerFlags = schedulerFlags
    self.drainBound = drainBound
  }
}

/// One port of a Service.
public struct ServicePortInput: Hashable, Sendable {
  /// Empty when the Service has a single, unnamed port. Endpoints carry it under the same name.
  public var name: String
  public var transport: TransportProtocol
  /// 1...65535.
  public var port: UInt16
  /// 0 when there is none.
  public var nodePort: UInt16

  public init(name: String = "", transport: TransportProtocol = .tcp, port: UInt16, nodePort: UInt16 = 0) {
    self.name = name
    self.transport = transport
    self.port = port
    self.nodePort = nodePort
  }
}
