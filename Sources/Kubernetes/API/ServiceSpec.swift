import Addressing

/// What a Service asks for.
public struct ServiceSpec: Sendable, Hashable, Encodable {
  /// The `clusterIP` of a headless Service.
  public static let headless = "None"

  public var type: ServiceType = .clusterIP
  /// Equal to the first of `clusterIPs`; nil when it is still to be allocated.
  public var clusterIP: String?
  /// At most one per family.
  public var clusterIPs: [String] = []
  public var ipFamilies: [IPFamilyName] = []
  public var ipFamilyPolicy: IPFamilyPolicy?
  public var ports: [ServicePort] = []
  /// Empty: its endpoints are somebody else's business.
  public var selector: [String: String] = [:]
  public var sessionAffinity: SessionAffinity = .none
  public var sessionAffinityConfig: SessionAffinityConfig?
  public var externalIPs: [String] = []
  public var externalName: String?
  public var externalTrafficPolicy: TrafficPolicy?
  public var internalTrafficPolicy: TrafficPolicy?
  /// CIDR blocks; empty lets everybody in.
  public var loadBalancerSourceRanges: [String] = []
  public var allocateLoadBalancerNodePorts = true
  public var publishNotReadyAddresses = false
  /// 1...65535; nil when there is none or it is still to be allocated.
  public var healthCheckNodePort: UInt16?

  public init() {}

  /// sessionAffinity ClientIP in seconds (1...86400, 10800 by default); nil for None.
  public var affinitySeconds: UInt32? {
    guard sessionAffinity == .clientIP else { return nil }
    return sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800
  }

  /// Whether there is another way in than its cluster addresses.
  var isExternallyAccessible: Bool {
    switch type {
    case .nodePort, .loadBalancer: true
    case .clusterIP: !externalIPs.isEmpty
    case .externalName: false
    }
  }

  var needsHealthCheck: Bool { type == .loadBalancer && externalTrafficPolicy == .local }
}

public enum ServiceType: String, Sendable, Hashable, Encodable, CaseIterable {
  case clusterIP = "ClusterIP"
  case nodePort = "NodePort"
  case loadBalancer = "LoadBalancer"
  case externalName = "ExternalName"
}

public enum IPFamilyPolicy: String, Sendable, Hashable, Encodable, CaseIterable {
  case singleStack = "SingleStack"
  case preferDualStack = "PreferDualStack"
  case requireDualStack = "RequireDualStack"
}

/// An IP family in the API's spelling.
public enum IPFamilyName: String, Sendable, Hashable, Encodable, CaseIterable {
  case ipv4 = "IPv4"
  case ipv6 = "IPv6"

  public var family: IPFamily { self == .ipv4 ? .ipv4 : .ipv6 }
}

public enum SessionAffinity: String, Sendable, Hashable, Encodable, CaseIterable {
  case none = "None"
  case clientIP = "ClientIP"
}

public struct SessionAffinityConfig: Sendable, Hashable, Encodable {
  public var clientIP: ClientIPConfig?

  public init(clientIP: ClientIPConfig? = nil) { self.clientIP = clientIP }
}

public struct ClientIPConfig: Sendable, Hashable, Encodable {
  /// 1...86400.
  public var timeoutSeconds: UInt32?

  public init(timeoutSeconds: UInt32? = nil) { self.timeoutSeconds = timeoutSeconds }
}

public enum TrafficPolicy: String, Sendable, Hashable, Encodable, CaseIterable {
  case cluster = "Cluster"
  case local = "Local"
}

/// What the load balancer reported.
public struct ServiceStatus: Sendable, Hashable, Encodable {
  public var loadBalancer = LoadBalancerStatus()

  public init(loadBalancer: LoadBalancerStatus = LoadBalancerStatus()) { self.loadBalancer = loadBalancer }
}

public struct LoadBalancerStatus: Sendable, Hashable, Encodable {
  public var ingress: [LoadBalancerIngress] = []

  public init(ingress: [LoadBalancerIngress] = []) { self.ingress = ingress }
}

public struct LoadBalancerIngress: Sendable, Hashable, Encodable {
  public var ip: String?
  public var hostname: String?
  public var ipMode: LoadBalancerIPMode?

  public init(ip: String? = nil, hostname: String? = nil, ipMode: LoadBalancerIPMode? = nil) {
    self.ip = ip
    self.hostname = hostname
    self.ipMode = ipMode
  }
}

/// Who accepts traffic for a load balancer's address: the node (VIP) or the load balancer itself (Proxy).
public enum LoadBalancerIPMode: String, Sendable, Hashable, Encodable, CaseIterable {
  case vip = "VIP"
  case proxy = "Proxy"
}
