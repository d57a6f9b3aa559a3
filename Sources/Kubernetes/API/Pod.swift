import Addressing

/// A Pod (v1) as the API serves it: what makes it an endpoint.
public struct Pod: Sendable, Hashable, Encodable {
  public let apiVersion = "v1"
  public let kind = "Pod"
  public var metadata: ObjectMeta
  public var spec: PodSpec
  public var status: PodStatus

  public init(metadata: ObjectMeta, spec: PodSpec, status: PodStatus) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }

  private enum CodingKeys: CodingKey { case apiVersion, kind, metadata, spec, status }

  /// Its address of a family; nil while it has none.
  public func address(_ family: IPFamily) -> IPAddress? {
    let texts = status.podIPs.isEmpty ? [status.podIP].compactMap(\.self) : status.podIPs.map(\.ip)
    return texts.lazy.compactMap { IPAddress($0) }.first { $0.family == family }
  }

  /// The number behind a container's named port. Sidecars count: init containers that keep running.
  public func containerPort(named name: String, _ transport: PortProtocol) -> UInt16? {
    let sidecars = spec.initContainers.filter { $0.restartPolicy == "Always" }
    return (spec.containers + sidecars).lazy.flatMap(\.ports)
      .first { $0.name == name && $0.protocol == transport }?.containerPort
  }
}

public struct PodSpec: Sendable, Hashable, Encodable {
  public var nodeName: String?
  public var containers: [Container] = []
  public var initContainers: [Container] = []
}

public struct Container: Sendable, Hashable, Encodable {
  public var name: String?
  public var restartPolicy: String?
  public var ports: [ContainerPort]
}

public struct ContainerPort: Sendable, Hashable, Encodable {
  public var name: String?
  public var `protocol`: PortProtocol
  public var containerPort: UInt16
}

public struct PodStatus: Sendable, Hashable, Encodable {
  public var phase: String?
  public var podIP: String?
  public var podIPs: [PodIP] = []
  public var conditions: [PodCondition] = []

  /// Whether the Pod is ready; without a Ready condition it counts as ready.
  public var isReady: Bool { conditions.first { $0.type == "Ready" }.map { $0.status == "True" } ?? true }

  /// Whether all its containers have ended: it is nobody's endpoint any more.
  public var hasFinished: Bool { phase == "Succeeded" || phase == "Failed" }
}

public struct PodIP: Sendable, Hashable, Encodable {
  public var ip: String
}

public struct PodCondition: Sendable, Hashable, Encodable {
  public var type: String
  public var status: String
}
