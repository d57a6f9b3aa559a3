import Addressing

extension ReconcilerCore {
  mutating func planVirtualServer(_ id: VirtualServerID, _ now: Duration, _ plan: inout Plan) {
    guard let claim = desired.claim(id) else {
      planRemoval(id, &plan)
      return
    }
    planRecords(of: claim, &plan)
    for entry in claim.hairpin where !known.contains(entry) {
      plan.append(.addMember(entry), to: .addMembers)
    }
    if let current = known.virtualServers[id] {
      if current.virtualServer != claim.virtualServer {
        plan.append(.updateVirtualServer(claim.virtualServer), to: .changeServers)
      }
      planRealServers(claim, current.realServers, now, &plan)
    } else {
      plan.append(.addVirtualServer(claim.virtualServer), to: .changeServers)
      planRealServers(claim, SortedByID(), now, &plan)
    }
    if claim.bindsAddress && !known.addresses.contains(id.address) {
      plan.append(.addAddress(id.address), to: .addAddresses)
    }
  }

  /// What has to be there before the virtual server, and in place of what recorded it before.
  private func planRecords(of claim: Claim, _ plan: inout Plan) {
    claim.membership.forEachMember(of: claim.id) { planRecord($0, of: claim.id, &plan) }
    if let entry = claim.addressRecord { planRecord(entry, of: claim.id, &plan) }
  }

  private func planRecord(_ entry: IPSetEntry, of id: VirtualServerID, _ plan: inout Plan) {
    if known.contains(entry) { return }
    plan.append(.addMember(entry), to: .addMembers)
    plan.record(id, by: entry)
  }

  private mutating func planRealServers(
    _ claim: Claim, _ current: SortedByID<RealServer>, _ now: Duration, _ plan: inout Plan
  ) {
    if drains.isEmpty && claim.isMet(by: current) { return }
    let id = claim.id
    var missing: [RealServer] = []
    missing.reserveCapacity(max(claim.endpoints.count - current.count, 0))
    for endpoint in claim.endpoints {
      guard case .serving(let weight) = endpoint.role else { continue }
      if !drains.isEmpty { drains.end(id, endpoint.id, \.returned) }
      let wanted = RealServer(endpoint.id, weight: weight)
      if let present = current[endpoint.id] {
        if present != wanted { plan.append(.updateRealServer(wanted, of: id), to: .changeServers) }
      } else {
        missing.append(wanted)
      }
    }
    serverOrder.sort(&missing)
    for server in missing { plan.append(.addRealServer(server, to: id), to: .changeServers) }
    for present in current {
      let role = claim.endpoints[present.id]?.role
      if case .serving = role { continue }
      planLeaving(present, role: role, claim, now, &plan)
    }
  }

  /// A real server that gets no new connections: TCP drains until it is idle or its bound is over; UDP and SCTP keep
  /// theirs while the pod shuts down and lose them when it has gone, since nothing says when such a flow ends.
  private mutating func planLeaving(
    _ server: RealServer, role: EndpointRole?, _ claim: Claim, _ now: Duration, _ plan: inout Plan
  ) {
    let id = claim.id
    if role == nil && !mayRemove(.realServer(server.id, of: id)) {
      withheld.insert(id)
      return
    }
    let isOver: Bool
    if id.transport == .tcp {
      isOver = drains.track(
        id, server.id, isListed: role != nil, now: now, bound: claim.drainBound ?? configuration.drainBound,
        interval: configuration.drainInterval)
    } else {
      isOver = role != .finishing(isTerminating: true)
    }
    if isOver {
      plan.append(.removeRealServer(server.id, from: id), to: .changeServers)
    } else if server.weight != 0 {
      var quiet = server
      quiet.weight = 0
      plan.append(.updateRealServer(quiet, of: id), to: .changeServers)
    }
  }

  /// A virtual server that nobody asks for: removed if it is ours, with its members; else left alone.
  private mutating func planRemoval(_ id: VirtualServerID, _ plan: inout Plan) {
    guard known.virtualServers[id] != nil, mayRemove(.virtualServer(id)),
      ours.contains(id) || configuration.ownership.owns(id, in: known, nodeAddresses: node.addresses),
      !configuration.ownership.isExcluded(id.address)
    else { return }
    plan.append(.removeVirtualServer(id), to: .removeServers)
    if known.addresses.contains(id.address) { planAddress(id.address, &plan) }
    for entry in records(of: id) where known.contains(entry) {
      plan.record(id, by: entry)
      planMember(entry, &plan)
    }
  }

  /// The members that may record a virtual server.
  private func records(of id: VirtualServerID) -> [IPSetEntry] {
    let member = IPSetMember.addressPort(id.address, id.transport, id.port)
    return IPSetKind.allCases.filter(\.recordsVirtualServers).map {
      IPSetEntry(IPSetID($0, id.family), member)
    }
      + [Ownership.nodePortEntry(id)]
  }

  /// The virtual servers in the kernel that a member records.
  private func servers(recordedBy entry: IPSetEntry) -> [VirtualServerID] {
    if let id = entry.recordedVirtualServer { return known.virtualServers[id] == nil ? [] : [id] }
    guard case .port(let port) = entry.member, let transport = entry.set.kind.nodePortTransport else {
      return []
    }
    return node.addresses.lazy.filter { $0.family == entry.set.family }.map {
      VirtualServerID($0, port: port, transport: transport)
    }.filter { known.virtualServers[$0] != nil }
  }

  mutating func planAddress(_ address: IPAddress, _ plan: inout Plan) {
    let record = IPSetEntry(IPSetID(.boundAddresses, address.family), .address(address))
    if desired.wants(address) {
      guard !known.addresses.contains(address) else { return }
      // Its virtual server may have yet to get its turn: without a record nobody would remove the address again.
      planMember(record, &plan)
      plan.append(.addAddress(address), to: .addAddresses)
      return
    }
    guard known.addresses.contains(address), mayRemove(.address(address)),
      configuration.ownership.owns(address, in: known)
    else { return }
    plan.append(.removeAddress(address), to: .removeAddresses)
    planMember(record, &plan)
  }

  mutating func planMember(_ entry: IPSetEntry, _ plan: inout Plan) {
    if desired.wants(entry) {
      if !known.contains(entry) { plan.append(.addMember(entry), to: .addMembers) }
      return
    }
    guard known.contains(entry), mayRemove(.member(entry)), configuration.ownership.owns(entry) else {
      return
    }
    // The record stays for as long as what it records: that goes in the same plan, or is wanted for another reason.
    for id in servers(recordedBy: entry) {
      plan.record(id, by: entry)
      if let claim = desired.claim(id) {
        // Recorded in another set from now on: this record waits for that one.
        planRecords(of: claim, &plan)
        continue
      }
      guard mayRemove(.virtualServer(id)) else { return }
      plan.append(.removeVirtualServer(id), to: .removeServers)
    }
    if let address = entry.recordedAddress, known.addresses.contains(address) {
      plan.append(.removeAddress(address), to: .removeAddresses)
    }
    plan.append(.removeMember(entry), to: .removeMembers)
  }

  private func mayRemove(_ object: DesiredState.Released) -> Bool {
    isComplete || released.contains(object)
  }
}

extension Claim {
  /// Whether all that is listed serves, and these are just its real servers: nearly always.
  fileprivate func isMet(by current: SortedByID<RealServer>) -> Bool {
    guard endpoints.count == current.count else { return false }
    return zip(endpoints, current).allSatisfy { endpoint, present in
      if case .serving(let weight) = endpoint.role {
        RealServer(endpoint.id, weight: weight) == present
      } else {
        false
      }
    }
  }
}
