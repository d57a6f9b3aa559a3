import Addressing

/// A Kubernetes Service by name.
public struct ServiceKey: Hashable, Sendable {
  public let namespace: String
  public let name: String

  public init(namespace: String, name: String) {
    self.namespace = namespace
    self.name = name
  }
}

extension ServiceKey: Comparable, CustomStringConvertible {
  public static func < (left: Self, right: Self) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }

  /// "namespace/name".
  public var description: String { "\(namespace)/\(name)" }
}

/// A Service as the core needs it: validated, in the core's own types. Headless and ExternalName Services and those of
/// another proxy never get here.
public struct ServiceInput: Hashable, Sendable {
  public let key: ServiceKey
  /// Seconds since 1970; with the key and the UID it decides which of two Services is the older.
  public var createdAt: Int64
  public var uid: String
  /// One per family.
  public var clusterIPs: [IPAddress]
  public var ports: [ServicePortInput]
  /// sessionAffinity ClientIP: seconds (1...86400); nil for None.
  public var sessionAffinity: UInt32?

  public init(
    key: ServiceKey, createdAt: Int64 = 0, uid: String = "", clusterIPs: [IPAddress],
    ports: [ServicePortInput], sessionAffinity: UInt32? = nil
  ) {
    self.key = key
    self.createdAt = createdAt
    self.uid = uid
    self.clusterIPs = clusterIPs
    self.ports = ports
    self.sessionAffinity = sessionAffinity
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
