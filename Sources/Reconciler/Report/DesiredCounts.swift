import Addressing

/// A count for each family.
public struct FamilyCounts: Hashable, Sendable {
  public var ipv4: Int
  public var ipv6: Int

  public init(ipv4: Int = 0, ipv6: Int = 0) {
    self.ipv4 = ipv4
    self.ipv6 = ipv6
  }

  public subscript(family: IPFamily) -> Int {
    get { family == .ipv4 ? ipv4 : ipv6 }
    set { if family == .ipv4 { ipv4 = newValue } else { ipv6 = newValue } }
  }

  public var total: Int { ipv4 + ipv6 }
}

/// How much is desired. Counted as it changes, so that asking costs nothing.
public struct DesiredCounts: Hashable, Sendable {
  public var services = 0
  public var virtualServers = FamilyCounts()
  /// Those that get new connections, over all virtual servers.
  public var realServers = FamilyCounts()
  /// On kube-ipvs0.
  public var addresses = FamilyCounts()
  /// Claims that lose to an older Service's.
  public var conflicts = 0
  /// External addresses that Services ask for and don't get.
  public var refusedAddresses = 0
  /// Services with internalTrafficPolicy Local that have endpoints, none of them on this node.
  public var internalWithoutLocalEndpoints = FamilyCounts()
  /// The same for externalTrafficPolicy.
  public var externalWithoutLocalEndpoints = FamilyCounts()

  public init() {}

  /// `step` is 1 for a share that comes, -1 for one that goes.
  mutating func count(_ share: Box<Share>, _ step: Int) {
    services += step
    refusedAddresses += step * share.value.refusals.count
    if share.value.withoutLocalEndpoints.isEmpty { return }
    for family in share.value.withoutLocalEndpoints.internalFamilies {
      internalWithoutLocalEndpoints[family] += step
    }
    for family in share.value.withoutLocalEndpoints.externalFamilies {
      externalWithoutLocalEndpoints[family] += step
    }
  }

  /// The claim in force for a virtual server.
  mutating func count(_ claim: Claim, _ step: Int) {
    virtualServers[claim.id.family] += step
    realServers[claim.id.family] += step * claim.servingEndpoints
  }
}

/// The traffic policies Local of a Service, by the families, each once and in order, for which no endpoint is on this node, though there are some elsewhere.
public struct WithoutLocalEndpoints: Hashable, Sendable {
  public var internalFamilies: [IPFamily] = []
  public var externalFamilies: [IPFamily] = []

  public init() {}

  var isEmpty: Bool { internalFamilies.isEmpty && externalFamilies.isEmpty }
}

extension Claim {
  var servingEndpoints: Int {
    var count = 0
    for endpoint in endpoints { if case .serving = endpoint.role { count += 1 } }
    return count
  }
}
