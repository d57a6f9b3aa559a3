import Addressing

/// An EndpointSlice by name: the same namespace as its Service.
public struct EndpointSliceKey: Hashable, Sendable, CustomStringConvertible {
  private let full: NamespacedName

  public init(namespace: String, name: String) { full = NamespacedName(namespace, name) }

  public var namespace: String { full.namespace }
  public var name: String { full.name }
  public var description: String { full.description }

  public func _rawHashValue(seed: Int) -> Int { full._rawHashValue(seed: seed) }
}

/// An EndpointSlice in the core's own types. Slices of type FQDN never get here.
public struct EndpointSliceInput: Hashable, Sendable {
  // In this order without padding.
  public let key: EndpointSliceKey
  /// From the label kubernetes.io/service-name: in the slice's own namespace.
  public internal(set) var service: ServiceKey
  public var ports: [EndpointPortInput]
  public var endpoints: [EndpointInput]
  /// When what caused the last change happened, since 1970 (annotation endpoints.kubernetes.io/last-change-trigger-time);
  /// nil when the slice doesn't say. Only measured: the desired state doesn't depend on it.
  public var lastChangeTrigger: Duration?
  public var family: IPFamily

  public init(
    key: EndpointSliceKey, service: ServiceKey, family: IPFamily, ports: [EndpointPortInput],
    endpoints: [EndpointInput], lastChangeTrigger: Duration? = nil
  ) {
    self.key = key
    self.service = service
    self.family = family
    self.ports = ports
    self.endpoints = endpoints
    self.lastChangeTrigger = lastChangeTrigger
  }
}

/// A port that every endpoint of a slice has. Ports without a number are left out.
public struct EndpointPortInput: Hashable, Sendable {
  public var name: String
  public var transport: TransportProtocol
  public var port: UInt16

  public init(name: String = "", transport: TransportProtocol = .tcp, port: UInt16) {
    self.name = name
    self.transport = transport
    self.port = port
  }
}

/// One endpoint. Conditions that the API leaves out are already filled in (ready and serving true, terminating false).
public struct EndpointInput: Hashable, Sendable {
  // In this order without padding.
  public var address: IPAddress
  public var isReady: Bool
  public var isServing: Bool
  public var isTerminating: Bool
  /// From an annotation; 1 without. 0 takes the endpoint out of new connections.
  public var weight: UInt32
  /// Nil when the API doesn't say: then it counts as on another node.
  public var nodeName: String?
  private var hints: Hints?

  public init(
    _ address: IPAddress, isReady: Bool = true, isServing: Bool = true, isTerminating: Bool = false,
    nodeName: String? = nil, zoneHints: [String] = [], nodeHints: [String] = [], weight: UInt32 = 1
  ) {
    self.address = address
    self.isReady = isReady
    self.isServing = isServing
    self.isTerminating = isTerminating
    self.nodeName = nodeName
    self.weight = weight
    hints = Hints(zones: zoneHints, nodes: nodeHints)
  }

  /// Zones and nodes that should use this endpoint (hints.forZones, hints.forNodes); empty for no hint.
  public var zoneHints: [String] { hints?.zones ?? [] }
  public var nodeHints: [String] { hints?.nodes ?? [] }
  var hasHints: Bool { hints != nil }
  var hasLongNodeName: Bool { nodeName.map(SharedStrings.isLong) ?? false }

  /// Apart, for few endpoints have any.
  private final class Hints: Hashable, Sendable {
    let zones: [String]
    let nodes: [String]

    /// Nil for none.
    init?(zones: [String], nodes: [String]) {
      if zones.isEmpty && nodes.isEmpty { return nil }
      self.zones = zones
      self.nodes = nodes
    }

    static func == (left: Hints, right: Hints) -> Bool {
      left.zones == right.zones && left.nodes == right.nodes
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(zones)
      hasher.combine(nodes)
    }
  }
}

extension EndpointInput {
  /// Its strings given by `shared`, which returns equal ones.
  func sharing(_ shared: (String) -> String) -> EndpointInput {
    var copy = self
    copy.nodeName = nodeName.map(shared)
    return copy
  }
}
