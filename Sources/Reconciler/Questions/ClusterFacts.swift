import Addressing

/// This node, and those that endpoints are on.
public struct ClusterFacts: Sendable {
  public let name: String
  /// Nil while no Node object is known.
  public let node: NodeInput?
  /// The machine's own addresses, in order.
  public let addresses: [IPAddress]
  /// Where node ports are served, in order.
  public let nodePortAddresses: [IPAddress]
  /// Endpoints by node; without those of which nobody says where they are.
  public let endpoints: [String: Int]
}

/// How it goes on the whole.
public struct HealthFacts: Sendable {
  public let counts: CoreCounts
  /// Whether the source has been read whole.
  public let isComplete: Bool
  /// Whether the kernel has been read whole.
  public let hasObserved: Bool
  /// Objects of ours that nobody asks for: kept until the source has been read whole, then 0.
  public let leftovers: Int
  /// Objects that the kernel refused, in order; of very many the first only.
  public let failures: [Failing]
  /// The same for what several Services ask for.
  public let conflicts: [DesiredState.Conflict]
  /// The same for addresses that Services ask for and don't get.
  public let refusals: [Refused]

  public struct Failing: Sendable {
    public let failure: Failure
    /// Until it is tried again.
    public let retryIn: Duration
  }

  public struct Refused: Sendable {
    public let service: ServiceKey
    public let refusal: Share.Refusal
  }
}
