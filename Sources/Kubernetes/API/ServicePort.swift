import Addressing

/// One port of a Service.
public struct ServicePort: Sendable, Hashable, Encodable {
  /// Nil only for the single port of a Service.
  public var name: String?
  public var `protocol`: PortProtocol
  /// 1...65535.
  public var port: UInt16
  /// Nil: the same as `port`.
  public var targetPort: TargetPort?
  /// 1...65535; nil when there is none or it is still to be allocated.
  public var nodePort: UInt16?
  public var appProtocol: String?

  public init(
    name: String? = nil, protocol: PortProtocol = .tcp, port: UInt16, targetPort: TargetPort? = nil,
    nodePort: UInt16? = nil, appProtocol: String? = nil
  ) {
    self.name = name
    self.protocol = `protocol`
    self.port = port
    self.targetPort = targetPort
    self.nodePort = nodePort
    self.appProtocol = appProtocol
  }
}

/// A transport protocol in the API's spelling.
public enum PortProtocol: String, Sendable, Hashable, Encodable, CaseIterable {
  case tcp = "TCP"
  case udp = "UDP"
  case sctp = "SCTP"

  public var transport: TransportProtocol {
    switch self {
    case .tcp: .tcp
    case .udp: .udp
    case .sctp: .sctp
    }
  }
}

/// Where a Service's traffic goes in a Pod.
public enum TargetPort: Sendable, Hashable {
  /// 1...65535.
  case number(UInt16)
  /// A container's named port, looked up in each Pod.
  case name(String)
}

extension TargetPort: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let port): try container.encode(port)
    case .name(let name): try container.encode(name)
    }
  }
}
