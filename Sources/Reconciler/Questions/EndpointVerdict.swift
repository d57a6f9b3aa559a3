import Addressing

/// Which endpoints of a Service port a virtual server gets.
public enum EndpointList: Hashable, Sendable {
  /// Those of every node.
  case cluster
  /// Those of this node, as a traffic policy Local asks.
  case local
  /// Those of every node in spite of externalTrafficPolicy Local, for this node has none. Traffic from outside is
  /// dropped by a guard.
  case clusterForWantOfLocal
}

/// Why an endpoint gets new connections of a virtual server, or gets none.
public enum EndpointVerdict: Hashable, Sendable {
  /// Ready, with this weight (1…).
  case serving(weight: UInt32)
  /// It shuts down but still serves, and no endpoint is ready (KEP-1669).
  case servingLastResort(weight: UInt32)
  /// An annotation gives it weight 0.
  case weightZero
  case notReady
  /// It shuts down, and others are ready or it serves no more.
  case terminating
  /// Ready, but hints leave it to other zones or nodes.
  case hintedElsewhere(zones: [String], nodes: [String])
  /// Ready, but the policy asks for endpoints of this node. Nil when nobody says which node it is on.
  case otherNode(String?)

  /// Whether it gets new connections.
  public var isServing: Bool {
    switch self {
    case .serving, .servingLastResort: true
    case .weightZero, .notReady, .terminating, .hintedElsewhere, .otherNode: false
    }
  }
}

extension EndpointSelection {
  /// Why the candidates serve or don't in one list: the reasons for the roles in `cluster` and `local`.
  func verdicts(in list: EndpointList) -> [RealServerID: EndpointVerdict] {
    func isEligible(_ candidate: Candidate) -> Bool {
      list == .local ? candidate.traits.contains(.local) : isAvailable(candidate)
    }
    let hasReady = candidates.contains { $0.traits.contains(.ready) && isEligible($0) }
    var verdicts: [RealServerID: EndpointVerdict] = [:]
    for candidate in candidates {
      verdicts[candidate.id] = verdict(
        candidate, in: list, hasReady: hasReady, isEligible: isEligible(candidate))
    }
    return verdicts
  }

  private func verdict(
    _ candidate: Candidate, in list: EndpointList, hasReady: Bool, isEligible: Bool
  ) -> EndpointVerdict {
    let endpoint = endpoint(candidate)
    if list == .local && !isEligible { return .otherNode(endpoint.nodeName) }
    let isLastResort = !hasReady && candidate.isLastResort
    if isLastResort || hasReady && endpoint.isReady && isEligible {
      if endpoint.weight == 0 { return .weightZero }
      return isLastResort
        ? .servingLastResort(weight: endpoint.weight) : .serving(weight: endpoint.weight)
    }
    if endpoint.isTerminating { return .terminating }
    if !endpoint.isReady { return .notReady }
    return .hintedElsewhere(zones: endpoint.zoneHints, nodes: endpoint.nodeHints)
  }
}
