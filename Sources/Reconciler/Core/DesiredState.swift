import Addressing

/// All shares together: conflicts decided, addresses and set members counted. Mutated in place; a change costs what
/// the changed Service is, never what the cluster is.
public struct DesiredState: Sendable {
  private var boxes: [ServiceKey: Box<Share>] = [:]
  /// The share of the Service that has a virtual server: the senior of those that ask for it.
  private var holders: [VirtualServerID: Box<Share>] = [:]
  /// The others that ask for it, the senior first. Few virtual servers have any.
  private var losers: [VirtualServerID: [ServiceKey]] = [:]
  /// How many ask for a member that several may share.
  private var memberCounts: [IPSetEntry: UInt32] = [:]
  /// How many virtual servers need an address on kube-ipvs0.
  private var addressCounts = AddressCounts()
  public private(set) var counts = DesiredCounts()

  public init() {}

  /// What a change of shares leaves to be looked at.
  public struct Change: Sendable {
    public internal(set) var virtualServers: Set<VirtualServerID> = []
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
  var shares: some Sequence<Share> { boxes.values.lazy.map(\.value) }

  public func share(of service: ServiceKey) -> Share? { boxes[service]?.value }

  /// The claim in force.
  public func claim(_ id: VirtualServerID) -> Claim? { holders[id]?.value.claims[id] }

  public func winner(of id: VirtualServerID) -> ServiceKey? { holders[id]?.value.service }

  public func wants(_ entry: IPSetEntry) -> Bool {
    if let address = entry.recordedAddress { return address.family == entry.set.family && wants(address) }
    if let id = entry.namedVirtualServer { return claim(id)?.membership.contains(entry, of: id) ?? false }
    return memberCounts[entry] != nil
  }

  public func wants(_ address: IPAddress) -> Bool { addressCounts[address] > 0 }

  /// Replaces one Service's share; nil removes it.
  public mutating func replace(_ key: ServiceKey, with share: Share?) -> Change {
    let old = boxes[key]?.value
    guard old != share else { return Change() }
    let ids = Set(old?.claims.keys.map { $0 } ?? []).union(share?.claims.keys.map { $0 } ?? [])
    let before = ids.map { ($0, claim($0)) }
    boxes[key] = share.map(Box.init)
    counts.replace(old, with: share)
    var change = Change()
    countMembers(share?.members ?? [], old?.members ?? [], &change)
    for (id, previous) in before {
      rank(key, in: id, share)
      let current = claim(id)
      noteConflict(id, key, &change)
      guard previous != current else { continue }
      counts.replace(previous, with: current)
      change.virtualServers.insert(id)
      count(current, previous, &change)
    }
    return change
  }

  /// Puts the Service in its place among those that claim `id`, or takes it out.
  private mutating func rank(_ key: ServiceKey, in id: VirtualServerID, _ share: Share?) {
    var keys = claimants(of: id)
    keys.removeAll { $0 == key }
    if let share, share.claims[id] != nil {
      let position = keys.firstIndex { boxes[$0].map { share.seniority < $0.value.seniority } ?? false }
      keys.insert(key, at: position ?? keys.endIndex)
    }
    counts.conflicts -= losers[id]?.count ?? 0
    holders[id] = keys.first.flatMap { boxes[$0] }
    losers[id] = keys.count > 1 ? Array(keys.dropFirst()) : nil
    counts.conflicts += losers[id]?.count ?? 0
  }

  /// Who asks for a virtual server, the senior first.
  func claimants(of id: VirtualServerID) -> [ServiceKey] {
    (winner(of: id).map { [$0] } ?? []) + (losers[id] ?? [])
  }

  private func noteConflict(_ id: VirtualServerID, _ key: ServiceKey, _ change: inout Change) {
    guard let losers = losers[id], let winner = winner(of: id) else { return }
    for loser in losers where loser == key || winner == key {
      change.conflicts.append(Conflict(id: id, winner: winner, loser: loser))
    }
  }

  /// Counts the new claim in before the old one out, so that what both want is never released.
  private mutating func count(_ new: Claim?, _ old: Claim?, _ change: inout Change) {
    countMembers(new?.sharedMembers ?? [], old?.sharedMembers ?? [], &change)
    compare(new?.ownMembers ?? [], old?.ownMembers ?? [], &change)
    if let new, new.bindsAddress, addressCounts.add(new.id.address) {
      counts.addresses[new.id.family] += 1
    }
    if let old, old.bindsAddress, addressCounts.remove(old.id.address) {
      counts.addresses[old.id.family] -= 1
      change.released += [old.addressRecord].compactMap { $0.map(Released.member) }
      change.released.append(.address(old.id.address))
    }
    guard let old else { return }
    guard let new else {
      change.released.append(.virtualServer(old.id))
      return
    }
    for id in old.endpoints.keys where new.endpoints[id] == nil {
      change.released.append(.realServer(id, of: old.id))
    }
  }

  private mutating func countMembers(_ new: [IPSetEntry], _ old: [IPSetEntry], _ change: inout Change) {
    guard new != old else { return }
    for entry in new { memberCounts[entry, default: 0] += 1 }
    for entry in old {
      let count = memberCounts[entry] ?? 0
      memberCounts[entry] = count > 1 ? count - 1 : nil
      if count == 1 { change.released.append(.member(entry)) }
    }
  }

  /// Members that only one virtual server can need.
  private func compare(_ new: [IPSetEntry], _ old: [IPSetEntry], _ change: inout Change) {
    guard new != old else { return }
    change.released += old.filter { !new.contains($0) }.map(Released.member)
  }

  /// Services that ask for something another Service has: by Service, what and who has it.
  public func conflicts(of key: ServiceKey) -> [Conflict] {
    guard let share = boxes[key]?.value else { return [] }
    return share.claims.keys.compactMap { id in
      guard let winner = winner(of: id), winner != key else { return nil }
      return Conflict(id: id, winner: winner, loser: key)
    }
  }
}

extension Claim {
  /// Set members that other virtual servers may need too: node ports, and hairpin members.
  fileprivate var sharedMembers: [IPSetEntry] { members.filter { $0.namedVirtualServer == nil } + hairpin }
  fileprivate var ownMembers: [IPSetEntry] { members.filter { $0.namedVirtualServer != nil } }
}
