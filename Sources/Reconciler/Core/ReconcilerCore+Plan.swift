import Addressing

extension ReconcilerCore {
  /// The next chunk of work, the most urgent first. Empty when what was looked at is as it should be.
  public mutating func nextChunk(now: Duration) -> Plan {
    var plan = Plan()
    var size = 0
    while size < configuration.chunkLimit, let (id, priority) = dirty.popVirtualServer() {
      let before = plan.count
      planVirtualServer(id, now, &plan)
      if priority == .resync { driftOperations += plan.count - before }
      if plan.count == before { retries.clear(.virtualServer(id)) }
      // What is only compared costs too, though much less than a message.
      size += max(plan.count - before, 1)
    }
    let room = max(configuration.chunkLimit - plan.count, 1)
    for address in dirty.takeAddresses(room) {
      let before = plan.count
      planAddress(address, &plan)
      if plan.count == before { retries.clear(.address(address)) }
    }
    for entry in dirty.takeMembers(room) {
      let before = plan.count
      planMember(entry, &plan)
      if plan.count == before { retries.clear(.member(entry)) }
    }
    if dirty.isEmpty && isComplete { hasSettled = true }
    Self.deduplicate(&plan)
    return plan
  }

  /// Everything that is left to do, as one plan; changes nothing. What `ipvs-proxy plan` prints.
  public func fullPlan(now: Duration) -> Plan {
    var copy = self
    copy.configuration.chunkLimit = .max
    copy.compareAll(.resync)
    return copy.nextChunk(now: now)
  }

  private mutating func planVirtualServer(_ id: VirtualServerID, _ now: Duration, _ plan: inout Plan) {
    guard let claim = desired.claim(id) else {
      planRemoval(id, &plan)
      return
    }
    for entry in claim.allMembers where !known.contains(entry) { plan[.addMembers].append(.addMember(entry)) }
    let current = known.virtualServers[id]
    if let current, current.virtualServer != claim.virtualServer {
      plan[.changeServers].append(.updateVirtualServer(claim.virtualServer))
    } else if current == nil {
      plan[.changeServers].append(.addVirtualServer(claim.virtualServer))
    }
    planRealServers(claim, current?.realServers ?? [:], now, &plan)
    if claim.bindsAddress && !known.addresses.contains(id.address) {
      plan[.addAddresses].append(.addAddress(id.address))
    }
  }

  private mutating func planRealServers(
    _ claim: Claim, _ current: [RealServerID: RealServer], _ now: Duration, _ plan: inout Plan
  ) {
    for (server, role) in claim.endpoints.sorted(by: { $0.key < $1.key }) {
      guard case .serving(let weight) = role else { continue }
      drains.end(claim.id, server)
      let wanted = RealServer(server, weight: weight)
      if let present = current[server] {
        if present != wanted { plan[.changeServers].append(.updateRealServer(wanted, of: claim.id)) }
      } else {
        plan[.changeServers].append(.addRealServer(wanted, to: claim.id))
      }
    }
    for server in current.keys.sorted() {
      if case .serving = claim.endpoints[server] { continue }
      guard let present = current[server] else { continue }
      planLeaving(present, role: claim.endpoints[server], claim.id, now, &plan)
    }
  }

  /// A real server that gets no new connections: TCP drains until it is idle or its bound is over; UDP and SCTP keep
  /// theirs while the pod shuts down and lose them when it has gone, since nothing says when such a flow ends.
  private mutating func planLeaving(
    _ server: RealServer, role: EndpointRole?, _ id: VirtualServerID, _ now: Duration, _ plan: inout Plan
  ) {
    if role == nil && !mayRemove(.realServer(server.id, of: id)) { return }
    let isOver: Bool
    if id.transport == .tcp {
      isOver = drains.track(
        id, server.id, isListed: role != nil, now: now, bound: configuration.drainBound,
        interval: configuration.drainInterval)
    } else {
      isOver = role != .finishing(isTerminating: true)
    }
    if isOver {
      plan[.changeServers].append(.removeRealServer(server.id, from: id))
    } else if server.weight != 0 {
      var quiet = server
      quiet.weight = 0
      plan[.changeServers].append(.updateRealServer(quiet, of: id))
    }
  }

  /// A virtual server that nobody asks for: removed if it is ours, with its members; else left alone.
  private mutating func planRemoval(_ id: VirtualServerID, _ plan: inout Plan) {
    guard known.virtualServers[id] != nil, mayRemove(.virtualServer(id)),
      configuration.ownership.owns(id, in: known)
    else { return }
    plan[.removeServers].append(.removeVirtualServer(id))
    if known.addresses.contains(id.address) { planAddress(id.address, &plan) }
    for kind in IPSetKind.allCases where kind.recordsVirtualServers {
      planMember(
        IPSetEntry(IPSetID(kind, id.family), .addressPort(id.address, id.transport, id.port)), &plan)
    }
  }

  private mutating func planAddress(_ address: IPAddress, _ plan: inout Plan) {
    if desired.wants(address) {
      if !known.addresses.contains(address) { plan[.addAddresses].append(.addAddress(address)) }
      return
    }
    guard known.addresses.contains(address), mayRemove(.address(address)),
      configuration.ownership.owns(address, in: known)
    else { return }
    plan[.removeAddresses].append(.removeAddress(address))
    planMember(IPSetEntry(IPSetID(.boundAddresses, address.family), .address(address)), &plan)
  }

  private mutating func planMember(_ entry: IPSetEntry, _ plan: inout Plan) {
    if desired.wants(entry) {
      if !known.contains(entry) { plan[.addMembers].append(.addMember(entry)) }
      return
    }
    guard known.contains(entry), mayRemove(.member(entry)), configuration.ownership.owns(entry) else {
      return
    }
    // The record stays for as long as what it records: removed in this plan, or not there.
    if let id = entry.recordedVirtualServer, known.virtualServers[id] != nil,
      !(desired.claim(id) != nil || mayRemove(.virtualServer(id)))
    {
      return
    }
    if let id = entry.recordedVirtualServer, desired.claim(id) == nil, known.virtualServers[id] != nil {
      plan[.removeServers].append(.removeVirtualServer(id))
    }
    if let address = entry.recordedAddress, known.addresses.contains(address) {
      plan[.removeAddresses].append(.removeAddress(address))
    }
    plan[.removeMembers].append(.removeMember(entry))
  }

  private func mayRemove(_ object: DesiredState.Released) -> Bool {
    isComplete || released.contains(object)
  }

  /// The same object can come up twice in a chunk: with its virtual server and by itself.
  private static func deduplicate(_ plan: inout Plan) {
    for step in PlanStep.allCases where step != .changeServers && plan[step].count > 1 {
      var seen = Set<Operation>(minimumCapacity: plan[step].count)
      plan[step].removeAll { !seen.insert($0).inserted }
    }
  }
}
