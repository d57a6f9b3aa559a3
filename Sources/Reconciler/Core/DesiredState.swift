import Addressing

/// All shares together: conflicts decided, addresses and set members counted. Mutated in place; a change costs what
/// the changed Service is, never what the cluster is.
public struct DesiredState: Sendable {
  /// The share of the Service that has a virtual server: the senior of those that ask for it.
  private var holders: [VirtualServerID: Box<Share>] = [:]
  /// The others that ask for it, the senior first. Few virtual servers have any.
  private var losers: [VirtualServerID: [Box<Share>]] = [:]
  /// How many ask for a member that several may share.
  private var memberCounts: [IPSetEntry: UInt32] = [:]
  /// How many virtual servers need an address on kube-ipvs0.
  private var addressCounts = AddressCounts()
  public private(set) var counts = DesiredCounts()

  public init() {}

  /// Makes room for as many addresses, and a virtual server on each.
  mutating func reserve(_ addresses: FamilyCounts) {
    holders.reserveCapacity(addresses.total)
    addressCounts.reserve(addresses)
  }

  /// What a change of shares leaves to be looked at.
  public struct Change: Sendable {
    /// Each once.
    public internal(set) var virtualServers: [VirtualServerID] = []
    /// No longer asked for by anyone.
    public internal(set) var released: [Released] = []
    public internal(set) var conflicts: [Conflict] = []
  }

  /// Something that was asked for before the change and isn't after it.
  public enum Released: Hashable, Sendable {
    case virtualServer(VirtualServerID)
    case realServer(RealServerID, of: VirtualServerID)
    case address(IPAddress)
    case member(IPSetEntry)
  }

  /// Two Services want the same address, port and protocol.
  public struct Conflict: Hashable, Sendable {
    public let id: VirtualServerID
    public let winner: ServiceKey
    public let loser: ServiceKey
  }

  public var virtualServers: some Sequence<VirtualServerID> { holders.keys }

  /// The claim in force.
  public func claim(_ id: VirtualServerID) -> Claim? { holders[id]?.value.claims[id] }

  public func winner(of id: VirtualServerID) -> ServiceKey? { holders[id]?.value.service }

  /// Who asks for a virtual server, the senior first.
  func claimants(of id: VirtualServerID) -> [ServiceKey] {
    ([holders[id]].compactMap { $0 } + (losers[id] ?? [])).map(\.value.service)
  }

  public func wants(_ entry: IPSetEntry) -> Bool {
    if let address = entry.recordedAddress { return address.family == entry.set.family && wants(address) }
    if let id = entry.namedVirtualServer { return claim(id)?.membership.contains(entry, of: id) ?? false }
    return memberCounts[entry] != nil
  }

  public func wants(_ address: IPAddress) -> Bool { addressCounts[address] > 0 }

  /// Replaces one Service's share; nil for none.
  /// - Parameters:
  ///   - old: the share that was given for the Service before, the same instance.
  ///   - new: what the Service asks for now.
  /// - Returns: what is to be looked at.
  mutating func replace(_ old: Box<Share>?, with new: Box<Share>?) -> Change {
    var change = Change()
    if let old { counts.count(old, -1) }
    if let new { counts.count(new, 1) }
    countMembers(new.map { $0.value.members } ?? [], old.map { $0.value.members } ?? [], &change)
    let claims = new.map { $0.value.claims } ?? []
    for id in claims.keys { replace(id, old, new, &change) }
    if let old {
      for id in old.value.claims.keys where !claims.contains(id) { replace(id, old, nil, &change) }
    }
    return change
  }

  /// For one virtual server; `new` is nil when the Service doesn't ask for it any more.
  private mutating func replace(
    _ id: VirtualServerID, _ old: Box<Share>?, _ new: Box<Share>?, _ change: inout Change
  ) {
    let before = holders[id]
    var holder = new
    if losers[id] == nil && (before == nil || before === old) {
      holders[id] = new
    } else {
      rank(id, old, new)
      noteConflict(id, [old, new], &change)
      holder = holders[id]
    }
    let previous = before.flatMap { $0.value.claims[id] }
    let current = holder.flatMap { $0.value.claims[id] }
    if previous == current { return }
    change.virtualServers.append(id)
    count(current, previous, &change)
  }

  /// Puts the share in its place among those that claim `id`, or takes it out.
  private mutating func rank(_ id: VirtualServerID, _ old: Box<Share>?, _ new: Box<Share>?) {
    var claimants = [holders[id]].compactMap { $0 } + (losers[id] ?? [])
    claimants.removeAll { $0 === old }
    if let new {
      let position = claimants.firstIndex { new.value.seniority < $0.value.seniority }
      claimants.insert(new, at: position ?? claimants.endIndex)
    }
    counts.conflicts -= losers[id]?.count ?? 0
    holders[id] = claimants.first
    losers[id] = claimants.count > 1 ? Array(claimants.dropFirst()) : nil
    counts.conflicts += losers[id]?.count ?? 0
  }

  private func noteConflict(_ id: VirtualServerID, _ own: [Box<Share>?], _ change: inout Change) {
    guard let losers = losers[id], let holder = holders[id] else { return }
    let isOwnVictory = own.contains { $0 === holder }
    for loser in losers where isOwnVictory || own.contains(where: { $0 === loser }) {
      change.conflicts.append(
        Conflict(id: id, winner: holder.value.service, loser: loser.value.service))
    }
  }

  /// Counts the new claim in before the old one out, so that what both want is never released.
  private mutating func count(_ new: Claim?, _ old: Claim?, _ change: inout Change) {
    if let old { counts.count(old, -1) }
    if let new { counts.count(new, 1) }
    countMembers(new?.sharedMembers ?? [], old?.sharedMembers ?? [], &change)
    if let new, new.bindsAddress, addressCounts.add(new.id.address) {
      counts.addresses[new.id.family] += 1
    }
    guard let old else { return }
    releaseMembers(old, new, &change)
    if old.bindsAddress, addressCounts.remove(old.id.address) {
      counts.addresses[old.id.family] -= 1
      change.released += [old.addressRecord].compactMap { $0.map(Released.member) }
      change.released.append(.address(old.id.address))
    }
    guard let new else {
      change.released.append(.virtualServer(old.id))
      return
    }
    for id in old.endpoints.keys where new.endpoints[id] == nil {
      change.released.append(.realServer(id, of: old.id))
    }
  }

  private mutating func countMembers(_ new: [IPSetEntry], _ old: [IPSetEntry], _ change: inout Change) {
    if new.isEmpty && old.isEmpty || new == old { return }
    for entry in new { memberCounts[entry, default: 0] += 1 }
    for entry in old {
      let count = memberCounts[entry] ?? 0
      memberCounts[entry] = count > 1 ? count - 1 : nil
      if count == 1 { change.released.append(.member(entry)) }
    }
  }

  /// Members that only this virtual server can need.
  private func releaseMembers(_ old: Claim, _ new: Claim?, _ change: inout Change) {
    if old.membership == new?.membership { return }
    for entry in old.members where entry.namedVirtualServer != nil {
      if new?.membership.contains(entry, of: old.id) ?? false { continue }
      change.released.append(.member(entry))
    }
  }
}

extension Claim {
  /// Set members that other virtual servers may need too: node ports, and hairpin members.
  fileprivate var sharedMembers: [IPSetEntry] {
    if !membership.hasSharedMembers { return hairpin }
    return members.filter { $0.namedVirtualServer == nil } + hairpin
  }
}
