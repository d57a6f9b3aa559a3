import Addressing

/// Why an object exists: the Service, its port, and the field of the Service that asks for the address.
public struct Reason: Hashable, Sendable, CustomStringConvertible {
  public enum Rule: String, Hashable, Sendable {
    case clusterIP = "ClusterIP"
    case loadBalancer = "LoadBalancer address"
    case externalIP = "externalIP"
    case nodePort = "NodePort"
  }

  public let service: ServiceKey
  /// Empty for a single unnamed port.
  public let portName: String
  public let rule: Rule

  public init(service: ServiceKey, portName: String, rule: Rule) {
    self.service = service
    self.portName = portName
    self.rule = rule
  }

  /// "ClusterIP of default/web:http".
  public var description: String {
    "\(rule.rawValue) of \(service)\(portName.isEmpty ? "" : ":\(portName)")"
  }
}

/// What an endpoint that is listed does for a virtual server.
public enum EndpointRole: Hashable, Sendable {
  /// Gets new connections with this weight (1…).
  case serving(weight: UInt32)
  /// Finishes what it has; `isTerminating` tells a pod that is shutting down from one that is not ready.
  case finishing(isTerminating: Bool)
}

/// An endpoint of a virtual server as the slices list it.
public struct ListedEndpoint: Hashable, Sendable, Identifiable {
  public let id: RealServerID
  public let role: EndpointRole
  /// Whether it is on this node.
  public let isLocal: Bool
}

/// One virtual server as one Service asks for it, with everything that comes and goes with it. Never changed once it is
/// made, and handed on a dozen times: as a value it would be copied as often.
public final class Claim: Sendable, Identifiable {
  public let virtualServer: VirtualServer
  public let endpoints: SortedByID<ListedEndpoint>
  let membership: Membership
  /// Whether the address belongs on kube-ipvs0.
  public let bindsAddress: Bool
  /// How long a real server may drain after its endpoint has gone; nil leaves the node's.
  public let drainBound: Duration?
  public let reason: Reason

  init(
    _ virtualServer: VirtualServer, endpoints: SortedByID<ListedEndpoint>, membership: Membership,
    bindsAddress: Bool, drainBound: Duration?, reason: Reason
  ) {
    self.virtualServer = virtualServer
    self.endpoints = endpoints
    self.membership = membership
    self.bindsAddress = bindsAddress
    self.drainBound = drainBound
    self.reason = reason
  }

  public var id: VirtualServerID { virtualServer.id }

  /// Set members that must be there before the virtual server and go after it.
  public var members: [IPSetEntry] { membership.members(of: id) }

  /// Hairpin members, one for each endpoint on this node: a pod that reaches itself through its Service must see another
  /// source address than its own. Endpoints that are not ready count too: a connection may outlast the condition.
  public var hairpin: [IPSetEntry] {
    var members: [IPSetEntry] = []
    for endpoint in endpoints where endpoint.isLocal {
      members.append(
        IPSetEntry(
          IPSetID(.loopBack, id.family),
          .addressPortAddress(endpoint.id.address, id.transport, endpoint.id.port, endpoint.id.address)))
    }
    return members
  }

  /// The entry that records the bound address as ours.
  var addressRecord: IPSetEntry? {
    bindsAddress ? IPSetEntry(IPSetID(.boundAddresses, id.family), .address(id.address)) : nil
  }

  /// Every set member that this claim needs.
  var allMembers: [IPSetEntry] { members + hairpin + (addressRecord.map { [$0] } ?? []) }
}

extension Claim: Hashable {
  /// Every field takes part: a change of one that doesn't would never come into force.
  public static func == (left: Claim, right: Claim) -> Bool {
    left === right
      || left.virtualServer == right.virtualServer && left.endpoints == right.endpoints
        && left.membership == right.membership && left.bindsAddress == right.bindsAddress
        && left.drainBound == right.drainBound && left.reason == right.reason
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(virtualServer)
    hasher.combine(endpoints)
  }
}

/// One Service's share of the desired state, and its place among the Services that want the same address and port.
public struct Share: Hashable, Sendable {
  public let service: ServiceKey
  private let createdAt: Int64
  private let uid: ObjectUID
  public let claims: SortedByID<Claim>
  /// Set members of the Service that belong to no virtual server: its health check port.
  public let members: [IPSetEntry]
  /// Addresses that it asks for and doesn't get, in order.
  public let refusals: [Refusal]
  /// What of the node it depends on.
  public let dependencies: Dependencies
  /// Nil without health check port.
  public let healthCheck: HealthCheckTarget?
  public let withoutLocalEndpoints: WithoutLocalEndpoints

  public struct Refusal: Hashable, Sendable {
    public let address: IPAddress
    public let why: AddressRefusal
  }

  /// What of the node a share was made from: it is made anew when that changes.
  public struct Dependencies: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let zone = Dependencies(rawValue: 1)
    public static let addresses = Dependencies(rawValue: 2)
  }

  /// Of several claims for one address, port and protocol the first decides; the Service serves both.
  public init(
    service: ServiceKey, seniority: Seniority, claims: [Claim], members: [IPSetEntry] = [],
    refusals: [Refusal] = [], dependencies: Dependencies = [], healthCheck: HealthCheckTarget? = nil,
    withoutLocalEndpoints: WithoutLocalEndpoints = WithoutLocalEndpoints()
  ) {
    self.service = service
    createdAt = seniority.createdAt
    uid = seniority.uid
    self.claims = claims.count == 1 ? SortedByID(sorted: claims) : SortedByID(claims.reversed())
    self.members = members
    self.refusals = refusals
    self.dependencies = dependencies
    self.healthCheck = healthCheck
    self.withoutLocalEndpoints = withoutLocalEndpoints
  }
}

extension Share {
  public var seniority: Seniority { Seniority(createdAt: createdAt, key: service, uid: uid) }
}

/// The order in which Services get an address that several ask for: the oldest first; ties are broken by namespace,
/// name and UID, so that the order in which they were seen never matters.
public struct Seniority: Hashable, Sendable, Comparable {
  let createdAt: Int64
  let key: ServiceKey
  let uid: ObjectUID

  init(createdAt: Int64, key: ServiceKey, uid: ObjectUID) {
    self.createdAt = createdAt
    self.key = key
    self.uid = uid
  }

  public init(_ input: ServiceInput) {
    self.init(createdAt: input.createdAt, key: input.key, uid: input.objectUID)
  }

  public static func < (left: Self, right: Self) -> Bool {
    (left.createdAt, left.key, left.uid) < (right.createdAt, right.key, right.uid)
  }
}
