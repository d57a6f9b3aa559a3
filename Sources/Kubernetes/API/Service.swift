import Addressing
import Reconciler

/// A Service (v1) as the API serves it: the fields that are read, validated as the API server does.
public struct Service: Sendable, Hashable, Encodable {
  public let apiVersion = "v1"
  public let kind = "Service"
  public var metadata: ObjectMeta
  public var spec: ServiceSpec
  public var status: ServiceStatus

  public init(metadata: ObjectMeta, spec: ServiceSpec, status: ServiceStatus = ServiceStatus()) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }

  private enum CodingKeys: CodingKey { case apiVersion, kind, metadata, spec, status }
}

extension Service {
  public var key: ServiceKey { ServiceKey(namespace: metadata.namespace ?? "default", name: metadata.name) }

  /// A Service without a virtual address, by its own wish.
  public var isHeadless: Bool { spec.type != .externalName && spec.clusterIP == ServiceSpec.headless }

  /// Whether another proxy than the node's own is to serve it (label service.kubernetes.io/service-proxy-name).
  public var belongsToOtherProxy: Bool { metadata.labels[WellKnownLabel.serviceProxyName] != nil }

  /// Whether it has cluster addresses: neither headless nor ExternalName.
  public var hasClusterIPs: Bool { spec.type != .externalName && !isHeadless }

  /// The addresses that the manifest itself asks for.
  public var explicitClusterIPs: [IPAddress] { spec.clusterIPs.compactMap(IPAddress.init) }

  var mayHaveNodePorts: Bool { spec.type == .nodePort || spec.type == .loadBalancer }

  /// Whether externalTrafficPolicy Local holds: it means nothing where only Pods and nodes come in.
  var hasLocalExternalPolicy: Bool { spec.isExternallyAccessible && spec.externalTrafficPolicy == .local }

  /// Whether load balancers ask each node for its local endpoints, on a port of their own.
  var needsHealthCheck: Bool { spec.needsHealthCheck }

  /// Whether each of its ports has a node port, given or allocated.
  public var wantsNodePorts: Bool {
    switch spec.type {
    case .nodePort: true
    case .loadBalancer: spec.allocateLoadBalancerNodePorts
    case .clusterIP, .externalName: false
    }
  }
}

/// Labels with a meaning to a service proxy.
enum WellKnownLabel {
  static let serviceName = "kubernetes.io/service-name"
  static let serviceProxyName = "service.kubernetes.io/service-proxy-name"
  static let headless = "service.kubernetes.io/headless"
  static let zone = "topology.kubernetes.io/zone"
  static let oldZone = "failure-domain.beta.kubernetes.io/zone"
}
