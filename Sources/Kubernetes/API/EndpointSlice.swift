import Reconciler

/// An EndpointSlice (discovery.k8s.io/v1) as the API serves it: the fields that are read.
public struct EndpointSlice: Sendable, Hashable, Encodable {
  public let apiVersion = "discovery.k8s.io/v1"
  public let kind = "EndpointSlice"
  public var metadata: ObjectMeta
  public var addressType: AddressType
  public var endpoints: [Endpoint]
  public var ports: [EndpointPort]

  public init(
    metadata: ObjectMeta, addressType: AddressType, endpoints: [Endpoint] = [], ports: [EndpointPort] = []
  ) {
    self.metadata = metadata
    self.addressType = addressType
    self.endpoints = endpoints
    self.ports = ports
  }

  private enum CodingKeys: CodingKey { case apiVersion, kind, metadata, addressType, endpoints, ports }

  /// The Service it belongs to, by its label; nil when it has none.
  public var service: ServiceKey? {
    metadata.labels[WellKnownLabel.serviceName].map {
      ServiceKey(namespace: metadata.namespace ?? "default", name: $0)
    }
  }
}

public enum AddressType: String, Sendable, Hashable, Encodable, CaseIterable {
  case ipv4 = "IPv4"
  case ipv6 = "IPv6"
  case fqdn = "FQDN"
}

public struct Endpoint: Sendable, Hashable, Encodable {
  /// Never empty. Only the first counts.
  public var addresses: [String]
  public var conditions: EndpointConditions
  public var nodeName: String?
  public var zone: String?
  public var hints: EndpointHints?
  public var targetRef: ObjectReference?

  public init(
    addresses: [String], conditions: EndpointConditions = EndpointConditions(), nodeName: String? = nil,
    zone: String? = nil, hints: EndpointHints? = nil, targetRef: ObjectReference? = nil
  ) {
    self.addresses = addresses
    self.conditions = conditions
    self.nodeName = nodeName
    self.zone = zone
    self.hints = hints
    self.targetRef = targetRef
  }
}

/// Nil where the API leaves a condition out.
public struct EndpointConditions: Sendable, Hashable, Encodable {
  public var ready: Bool?
  public var serving: Bool?
  public var terminating: Bool?

  public init(ready: Bool? = nil, serving: Bool? = nil, terminating: Bool? = nil) {
    self.ready = ready
    self.serving = serving
    self.terminating = terminating
  }
}

/// Which zones and nodes an endpoint should be used from.
public struct EndpointHints: Sendable, Hashable, Encodable {
  public var forZones: [NamedHint]
  public var forNodes: [NamedHint]

  public init(forZones: [NamedHint] = [], forNodes: [NamedHint] = []) {
    self.forZones = forZones
    self.forNodes = forNodes
  }
}

public struct NamedHint: Sendable, Hashable, Encodable {
  public var name: String

  public init(name: String) { self.name = name }
}

public struct ObjectReference: Sendable, Hashable, Encodable {
  public var kind: String?
  public var namespace: String?
  public var name: String?

  public init(kind: String? = nil, namespace: String? = nil, name: String? = nil) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }
}

public struct EndpointPort: Sendable, Hashable, Encodable {
  public var name: String?
  public var `protocol`: PortProtocol
  /// Nil means all ports: nothing a service proxy can use.
  public var port: UInt16?
  public var appProtocol: String?

  public init(
    name: String? = nil, protocol: PortProtocol = .tcp, port: UInt16? = nil, appProtocol: String? = nil
  ) {
    self.name = name
    self.protocol = `protocol`
    self.port = port
    self.appProtocol = appProtocol
  }
}
