/// An object of one of the kinds that are read.
public enum ManifestObject: Sendable, Hashable {
  case service(Service)
  case endpointSlice(EndpointSlice)
  case pod(Pod)
  case node(Node)

  public var id: ObjectID {
    switch self {
    case .service(let service): ObjectID(.service, service.metadata)
    case .endpointSlice(let slice): ObjectID(.endpointSlice, slice.metadata)
    case .pod(let pod): ObjectID(.pod, pod.metadata)
    case .node(let node): ObjectID(.node, node.metadata)
    }
  }
}

extension ManifestObject: Encodable {
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .service(let service): try service.encode(to: encoder)
    case .endpointSlice(let slice): try slice.encode(to: encoder)
    case .pod(let pod): try pod.encode(to: encoder)
    case .node(let node): try node.encode(to: encoder)
    }
  }
}

/// A kind that is read, with its API group and version.
public enum ObjectKind: String, Sendable, Hashable, CaseIterable, Comparable {
  case service = "Service"
  case endpointSlice = "EndpointSlice"
  case pod = "Pod"
  case node = "Node"

  /// Empty for the core group.
  var group: String { self == .endpointSlice ? "discovery.k8s.io" : "" }
  var apiVersion: String { self == .endpointSlice ? "discovery.k8s.io/v1" : "v1" }
  var isNamespaced: Bool { self != .node }

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What makes an object the same object: kind, namespace and name.
public struct ObjectID: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let kind: ObjectKind
  /// Empty for a Node.
  public let namespace: String
  public let name: String

  public init(_ kind: ObjectKind, namespace: String, name: String) {
    self.kind = kind
    self.namespace = kind.isNamespaced ? namespace : ""
    self.name = name
  }

  init(_ kind: ObjectKind, _ metadata: ObjectMeta) {
    self.init(kind, namespace: metadata.namespace ?? "default", name: metadata.name)
  }

  /// "Service default/web", "Node node-a".
  public var description: String {
    namespace.isEmpty ? "\(kind.rawValue) \(name)" : "\(kind.rawValue) \(namespace)/\(name)"
  }

  public static func < (left: Self, right: Self) -> Bool {
    (left.kind, left.namespace, left.name) < (right.kind, right.namespace, right.name)
  }
}
