/// Why things are as they are: of a Service, or of a connection to an address.
public struct Explanation: InspectionItem {
  public static let kind = "Explanation"

  /// What was asked.
  public var question: String
  /// The Service, with all or one of its ports; nil for an address.
  public var service: ServiceStatus?
  /// Nil for a Service.
  public var connection: ConnectionPath?

  public init(question: String, service: ServiceStatus? = nil, connection: ConnectionPath? = nil) {
    self.question = question
    self.service = service
    self.connection = connection
  }
}

/// What becomes of a new connection, step by step.
public struct ConnectionPath: Codable, Hashable, Sendable {
  public enum Outcome: String, Codable, Hashable, Sendable {
    /// By any of the responders.
    case answered = "Answered"
    /// The client is told at once that nobody is there.
    case refused = "Refused"
    /// Nothing comes back.
    case dropped = "Dropped"
    /// It is no Service's: what becomes of it is the host's or the network's affair.
    case notAService = "NotAService"
  }

  /// "10.96.0.10:53/udp".
  public var destination: String
  /// "203.0.113.7"; nil for an unbound socket of the node itself.
  public var source: String?
  public var outcome: Outcome
  /// In a sentence.
  public var summary: String
  /// "namespace/name"; nil when no Service has it.
  public var service: String?
  public var steps: [Step]
  /// Who may answer, in order.
  public var responders: [Responder]
  /// Endpoints that are out, drain, or were left out, in order.
  public var others: [RealServerStatus]

  public struct Step: Codable, Hashable, Sendable {
    /// The table and chain, or the part of the kernel: "nat KUBE-SERVICES", "IPVS".
    public var place: String
    public var text: String
  }

  public struct Responder: Codable, Hashable, Sendable {
    public var address: String
    public var port: UInt16
    public var weight: UInt32
    public var source: SeenSource
    public var nodeName: String?

    /// "10.244.0.5:8080".
    public var name: String { hostPort(address, port) }
  }

  /// Which source address a responder sees.
  public enum SeenSource: String, Codable, Hashable, Sendable {
    /// The client's own.
    case own = "Own"
    /// One of the node's.
    case node = "Node"
  }
}
