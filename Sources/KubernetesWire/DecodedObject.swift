import Kubernetes

/// What is unique among the objects of a kind.
public struct ObjectName: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Empty for a Node.
  public let namespace: String
  public let name: String

  public init(namespace: String, name: String) {
    self.namespace = namespace
    self.name = name
  }

  /// "default/web", "node-a".
  public var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

  public static func < (left: Self, right: Self) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }
}

/// An object of one of the kinds that are watched.
public enum ClusterObject: Sendable, Hashable {
  case service(Service)
  case endpointSlice(EndpointSlice)
  case node(Node)
}

/// Which object, and which state of it.
public struct ObjectVersion: Sendable, Hashable {
  public let name: ObjectName
  /// Opaque: to be handed back to the server only.
  public let resourceVersion: String
  /// Tells an object from a later one of the same name.
  public let uid: String

  public init(name: ObjectName, resourceVersion: String, uid: String) {
    self.name = name
    self.resourceVersion = resourceVersion
    self.uid = uid
  }
}

/// An object that was read and found valid.
public struct DecodedObject: Sendable, Hashable {
  public let version: ObjectVersion
  public let object: ClusterObject

  public init(version: ObjectVersion, object: ClusterObject) {
    self.version = version
    self.object = object
  }

  public var name: ObjectName { version.name }
  public var resourceVersion: String { version.resourceVersion }
  public var uid: String { version.uid }
}

/// An object that can't be used. Others around it are not affected.
public struct UndecodableObject: Error, Sendable, Hashable, CustomStringConvertible {
  public let kind: ResourceKind
  /// Nil when not even the name can be read: it may then be any object, so nothing that is missing from the same list
  /// can be taken for deleted.
  public let name: ObjectName?
  /// Nil when it can't be read.
  public let resourceVersion: String?
  /// From the object's root, "spec.ports[1].port"; empty when it is the object as a whole.
  public let field: String
  /// What is wrong with the field, with its value.
  public let reason: String

  public init(
    kind: ResourceKind, name: ObjectName?, resourceVersion: String? = nil, field: String = "", reason: String
  ) {
    self.kind = kind
    self.name = name
    self.resourceVersion = resourceVersion
    self.field = field
    self.reason = reason
  }

  /// "Service default/web: spec.ports[1].port: 70000 is not a port (1-65535)".
  public var description: String {
    let object = "\(kind.name) \(name?.description ?? "without a readable name")"
    return field.isEmpty ? "\(object): \(reason)" : "\(object): \(field): \(reason)"
  }
}
