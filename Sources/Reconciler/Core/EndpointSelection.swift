import Addressing

/// Which endpoints of one Service port in one family get connections: the cluster list and the local list
/// (kube-proxy's CategorizeEndpoints; KEP-1669 for endpoints that shut down, KEP-2433 and KEP-3015 for hints).
struct EndpointSelection {
  let candidates: [RealServerID: EndpointInput]
  private let nodeName: String
  private let zone: String?

  init(
    of port: ServicePortInput, family: IPFamily, in slices: [EndpointSliceInput], nodeName: String,
    zone: String?
  ) {
    self.nodeName = nodeName
    self.zone = zone
    var found: [RealServerID: EndpointInput] = [:]
    for slice in slices where slice.family == family {
      for slicePort in slice.ports where slicePort.name == port.name && slicePort.transport == port.transport
      {
        for endpoint in slice.endpoints where endpoint.address.family == family {
          let id = RealServerID(endpoint.address, port: slicePort.port)
          if let other = found[id], !Self.isLivelier(endpoint, than: other, on: nodeName) { continue }
          found[id] = endpoint
        }
      }
    }
    candidates = found
  }

  /// Where slices list the same endpoint twice, the livelier entry counts. All that tells two entries apart takes part,
  /// so that the order of slices never decides.
  private static func isLivelier(_ one: EndpointInput, than other: EndpointInput, on node: String) -> Bool {
    let (first, second) = (liveliness(one, on: node), liveliness(other, on: node))
    guard first == second else { return first > second }
    return (one.weight, one.zoneHints.joined(separator: ","), one.nodeHints.joined(separator: ","))
      > (other.weight, other.zoneHints.joined(separator: ","), other.nodeHints.joined(separator: ","))
  }

  private static func liveliness(_ endpoint: EndpointInput, on node: String) -> Int {
    (endpoint.isTerminating ? 0 : 8) + (endpoint.isReady ? 4 : 0) + (endpoint.isServing ? 2 : 0)
      + (endpoint.nodeName == node ? 1 : 0)
  }

  /// Whether any endpoint carries a hint: then the node's zone matters.
  var hasHints: Bool { candidates.values.contains { !$0.zoneHints.isEmpty || !$0.nodeHints.isEmpty } }

  /// Endpoints of every node: the ready ones that hints leave to this node; with none, those that shut down but serve.
  var cluster: SortedByID<ListedEndpoint> {
    let isAvailable = availability
    let hasReady = candidates.values.contains { $0.isReady && isAvailable($0) }
    return roles { hasReady ? $0.isReady && isAvailable($0) : $0.isServing && $0.isTerminating }
  }

  /// Endpoints of this node, by the same order of preference but without hints.
  var local: SortedByID<ListedEndpoint> {
    let hasReady = candidates.values.contains { $0.isReady && isLocal($0) }
    return roles { isLocal($0) && (hasReady ? $0.isReady : $0.isServing && $0.isTerminating) }
  }

  func isLocal(_ endpoint: EndpointInput) -> Bool { endpoint.nodeName == nodeName }

  private func roles(_ serves: (EndpointInput) -> Bool) -> SortedByID<ListedEndpoint> {
    SortedByID(
      candidates.map { id, endpoint in
        let role: EndpointRole =
          serves(endpoint)
          ? .serving(weight: endpoint.weight) : .finishing(isTerminating: endpoint.isTerminating)
        return ListedEndpoint(id: id, role: role, isLocal: isLocal(endpoint))
      })
  }

  /// Hints count only when every ready endpoint has one and one of them means this node, or its zone.
  var availability: (EndpointInput) -> Bool {
    let ready = candidates.values.filter(\.isReady)
    if ready.allSatisfy({ !$0.nodeHints.isEmpty }), ready.contains(where: { $0.nodeHints.contains(nodeName) })
    {
      return { [nodeName] in $0.nodeHints.contains(nodeName) }
    }
    if let zone, ready.allSatisfy({ !$0.zoneHints.isEmpty }),
      ready.contains(where: { $0.zoneHints.contains(zone) })
    {
      return { $0.zoneHints.contains(zone) }
    }
    return { _ in true }
  }
}

extension SortedByID<ListedEndpoint> {
  /// Whether any endpoint gets new connections.
  var hasServing: Bool {
    contains { if case .serving(let weight) = $0.role { weight > 0 } else { false } }
  }
}
