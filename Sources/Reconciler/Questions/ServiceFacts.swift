import Addressing

/// An object in the kernel, real servers apart from their virtual server.
public enum KernelObject: Hashable, Sendable {
  case member(IPSetEntry)
  case virtualServer(VirtualServerID)
  case realServer(RealServerID, of: VirtualServerID)
  /// On kube-ipvs0.
  case address(IPAddress)
}

/// All that is known of one Service: what it asks for, what it gets, and how far the kernel has it.
public struct ServiceFacts: Sendable {
  public let input: ServiceInput
  /// Those of its own, by name.
  public let slices: [EndpointSliceInput]
  /// One for each virtual server that it asks for, in their order.
  public let claims: [ClaimFacts]
  /// Addresses that it asks for and doesn't get, in order.
  public let refusals: [Share.Refusal]
  /// Set members of no virtual server: those of its health check port.
  public let members: [MemberFacts]
  public let healthCheck: HealthCheckTarget?

  public var key: ServiceKey { input.key }
}

/// A set member that is wanted.
public struct MemberFacts: Hashable, Sendable {
  public let entry: IPSetEntry
  /// Whether the kernel has it.
  public let isThere: Bool
}

/// One virtual server as a Service asks for it.
public struct ClaimFacts: Sendable {
  public let virtualServer: VirtualServer
  public let reason: Reason
  public let list: EndpointList
  /// Who has it: the Service itself, or the older one that wants the same.
  public let holder: ServiceKey
  /// Every endpoint that any of the Service's slices lists for the port, and real servers that drain, in order.
  public let servers: [RealServerFacts]
  /// That must be there before the virtual server; the record of its address is one.
  public let members: [MemberFacts]
  /// For endpoints of this node that reach themselves.
  public let hairpin: [MemberFacts]
  public let bindsAddress: Bool
  /// Whether kube-ipvs0 has the address.
  public let isBound: Bool
  /// As the kernel has it; nil when it doesn't.
  public let known: VirtualServer?
  /// Objects of it that the kernel refused and that are tried again.
  public let failures: [Failure]

  public var id: VirtualServerID { virtualServer.id }
  public var isHeld: Bool { holder == reason.service }
}

/// One endpoint of a virtual server, or a real server whose endpoint has gone.
public struct RealServerFacts: Hashable, Sendable {
  public let id: RealServerID
  /// Nil once it has gone from every slice.
  public let endpoint: EndpointInput?
  /// The first by name that lists it.
  public let slice: EndpointSliceKey?
  /// Nil once it has gone from every slice.
  public let verdict: EndpointVerdict?
  /// As the kernel has it; nil when it doesn't.
  public let known: RealServer?
  /// Nil while it doesn't drain.
  public let draining: Draining?

  public struct Draining: Hashable, Sendable {
    public let since: Duration
    /// Until it is removed with what is left of its connections; nil while its endpoint is still listed.
    public let left: Duration?

    init(_ drain: Drain, now: Duration) {
      since = max(now - drain.since, .zero)
      left = drain.deadline.map { max($0 - now, .zero) }
    }
  }
}
