/// Where an object is.
public struct ObjectKey: Sendable, Hashable {
  public let resource: Resource
  /// Empty for resources without namespaces.
  public let namespace: String
  public let name: String

  public init(_ resource: Resource, _ name: String, namespace: String = "") {
    self.resource = resource
    self.namespace = resource.isNamespaced ? namespace : ""
    self.name = name
  }

  /// Below the resource's folder in etcd: "default/kubernetes". Lists are in its order.
  var path: String { resource.isNamespaced ? "\(namespace)/\(name)" : name }
}

/// Why an object can't be stored.
public enum ObjectError: Error, Sendable, Hashable, CustomStringConvertible {
  case unknownKind(String)
  case withoutName(kind: String)
  case withoutNamespace(kind: String, name: String)
  case notFound(ObjectKey)

  public var description: String {
    switch self {
    case .unknownKind(let kind): "\"kind\" is \"\(kind)\"; known are Service, EndpointSlice and Node"
    case .withoutName(let kind): "\(kind) without metadata.name"
    case .withoutNamespace(let kind, let name): "\(kind) \"\(name)\" without metadata.namespace"
    case .notFound(let key): "\(key.resource.kind) \"\(key.path)\" is not there"
    }
  }
}
