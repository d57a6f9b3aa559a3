import Addressing

/// Which endpoints of one Service port in one family get connections: the cluster list and the local list
/// (kube-proxy's CategorizeEndpoints; KEP-1669 for endpoints that shut down, KEP-2433 and KEP-3015 for hints).
struct EndpointSelection {
  /// In the order of their IDs, each once.
  private(set) var candidates: [Candidate] = []
  private let slices: [EndpointSliceInput]
  private let nodeName: String
  private var hints = Hints.everywhere

  /// Whether any endpoint carries a hint: then the node's zone matters.
  private(set) var hasHints = false

  /// Where ready endpoints are left to by hints.
  private enum Hints { case everywhere, node, zone }

  init(
    of port: ServicePortInput, family: IPFamily, in slices: [EndpointSliceInput], nodeName: String,
    zone: String?
  ) {
    self.slices = slices
    self.nodeName = nodeName
    for (number, slice) in slices.enumerated() where slice.family == family {
      for slicePort in slice.ports where slicePort.name == port.name && slicePort.transport == port.transport
      {
        addEndpoints(of: slice, number, port: slicePort.port, zone)
      }
    }
    arrange()
    if hasHints { hints = hintsInForce }
  }

  private mutating func addEndpoints(
    of slice: EndpointSliceInput, _ number: Int, port: UInt16, _ zone: String?
  ) {
    let endpoints = slice.endpoints
    candidates.reserveCapacity(candidates.count + endpoints.count)
    // Field by field: an endpoint taken out whole is copied with all of its references.
    for index in endpoints.indices where endpoints[index].address.family == slice.family {
      var candidate = Candidate(
        id: RealServerID(endpoints[index].address, port: port), weight: endpoints[index].weight,
        slice: number, index: index)
      candidate.noteConditions(
        isReady: endpoints[index].isReady, isServing: endpoints[index].isServing,
        isTerminating: endpoints[index].isTerminating)
      if endpoints[index].nodeName == nodeName { candidate.traits.insert(.local) }
      if endpoints[index].hasHints {
        hasHints = true
        candidate.noteHints(of: endpoints[index], nodeName: nodeName, zone: zone)
      }
      candidates.append(candidate)
    }
  }

  /// Sorts the candidates, and leaves of those that are listed twice the livelier one.
  private mutating func arrange() {
    let pairs = zip(candidates, candidates.dropFirst())
    if pairs.allSatisfy({ $0.id < $1.id }) { return }
    candidates.sort { $0.id < $1.id }
    var distinct: [Candidate] = []
    distinct.reserveCapacity(candidates.count)
    for candidate in candidates {
      if let last = distinct.last, last.id == candidate.id {
        if isLivelier(candidate, than: last) { distinct[distinct.count - 1] = candidate }
      } else {
        distinct.append(candidate)
      }
    }
    candidates = distinct
  }

  /// Where slices list the same endpoint twice, the livelier entry counts. All that tells two entries apart takes part,
  /// so that the order of slices never decides.
  private func isLivelier(_ one: Candidate, than other: Candidate) -> Bool {
    if one.liveliness != other.liveliness { return one.liveliness > other.liveliness }
    let (first, second) = (endpoint(one), endpoint(other))
    return (first.weight, first.zoneHints.joined(separator: ","), first.nodeHints.joined(separator: ","))
      > (second.weight, second.zoneHints.joined(separator: ","), second.nodeHints.joined(separator: ","))
  }

  /// Hints count only when every ready endpoint has one and one of them means this node, or its zone.
  private var hintsInForce: Hints {
    let ready = candidates.lazy.filter { $0.traits.contains(.ready) }
    func apply(_ hinted: Candidate.Traits, _ here: Candidate.Traits) -> Bool {
      ready.allSatisfy { $0.traits.contains(hinted) } && ready.contains { $0.traits.contains(here) }
    }
    if apply(.hintedToNodes, .hintedToThisNode) { return .node }
    return apply(.hintedToZones, .hintedToThisZone) ? .zone : .everywhere
  }

  /// Whether hints leave the endpoint to this node, or there are none in force.
  func isAvailable(_ candidate: Candidate) -> Bool {
    switch hints {
    case .everywhere: true
    case .node: candidate.traits.contains(.hintedToThisNode)
    case .zone: candidate.traits.contains(.hintedToThisZone)
    }
  }

  func endpoint(_ candidate: Candidate) -> EndpointInput {
    slices[Int(candidate.slice)].endpoints[Int(candidate.index)]
  }

  /// Nil for one that no slice lists.
  func endpoint(_ id: RealServerID) -> EndpointInput? { candidates.first { $0.id == id }.map(endpoint) }
}

// MARK: - The lists

extension EndpointSelection {
  /// Endpoints of every node: the ready ones that hints leave to this node; with none, those that shut down but serve.
  var cluster: SortedByID<ListedEndpoint> {
    let hasReady = candidates.contains { $0.traits.contains(.ready) && isAvailable($0) }
    return roles { candidate in
      hasReady ? candidate.traits.contains(.ready) && isAvailable(candidate) : candidate.isLastResort
    }
  }

  /// Endpoints of this node, by the same order of preference but without hints.
  var local: SortedByID<ListedEndpoint> {
    let hasReady = candidates.contains { $0.traits.isSuperset(of: [.ready, .local]) }
    return roles { candidate in
      candidate.traits.contains(.local)
        && (hasReady ? candidate.traits.contains(.ready) : candidate.isLastResort)
    }
  }

  private func roles(_ serves: (Candidate) -> Bool) -> SortedByID<ListedEndpoint> {
    SortedByID(
      sorted: candidates.map { candidate in
        let role: EndpointRole =
          serves(candidate)
          ? .serving(weight: candidate.weight)
          : .finishing(isTerminating: candidate.traits.contains(.terminating))
        return ListedEndpoint(id: candidate.id, role: role, isLocal: candidate.traits.contains(.local))
      })
  }
}

extension SortedByID<ListedEndpoint> {
  /// Whether any endpoint gets new connections.
  var hasServing: Bool {
    contains { if case .serving(let weight) = $0.role { weight > 0 } else { false } }
  }
}
