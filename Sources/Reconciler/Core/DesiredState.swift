import Addressing

/// All shares together: conflicts decided, addresses and set members counted. Mutated in place; a change costs what
/// the changed Service is, never what the cluster is.
public struct DesiredState: Sendable {
  private(set) var shares: [ServiceKey: Share] = [:]
  /// Who asks for a virtual server, the senior first. Only the first is in force.
  private var claimants: [VirtualServerID: [ServiceKey]] = [:]
  private var memberCounts: [IPSetEntry: Int] = [:]
  private var addressCounts: [IPAddress: Int] = [:]
  public private(set) var counts = DesiredCounts()

  public init() {}

  /// What a change of shares leaves to be looked at.
  public struct Change: Sendable {
    public internal(set) var virtualServers: Set<VirtualServerID> = []
    /// No longer asked for by anyone.
    public internal(set) var released: [Released] = []
    /// Members that nobody wanted before.
    public internal(set) var wanted: [IPSetEntry] = []
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

  public var virtualServers: some Sequence<VirtualServerID> { claimants.keys }
  var members: some Sequence<IPSetEntry> { memberCounts.keys }

  public func share(of service: ServiceKey) -> Share? { shares[service] }

  /// The claim in force.
  public func claim(_ id: VirtualServerID) -> Claim? {
    claimants[id]?.first.flatMap { shares[$0]?.claims[id] }
  }

  public func winner(of id: VirtualServerID) -> ServiceKey? { claimants[id]?.first }

  /// Everybody who asks for it, the senior first.
  func claimants(of id: VirtualServerID) -> [ServiceKey] { claimants[id] ?? [] }

  public func wants(_ entry: IPSetEntry) -> Bool { memberCounts[entry] != nil }
  public func wants(_ address: IPAddress) -> Bool { addressCounts[address] != nil }

  /// Replaces one Service's share; nil removes it.
  public mutating func replace(_ key: ServiceKey, with share: Share?) -> Change {
    let old = shares[key]
    guard old != share else { return Change() }
    let ids = Set(old?.claims.keys.map { $0 } ?? []).union(share?.claims.keys.map { $0 } ?? [])
    let before = ids.map { ($0, claim($0)) }
    shares[key] = share
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
    var keys = claimants[id] ?? []
    let losersBefore = max(keys.count - 1, 0)
    keys.removeAll { $0 == key }
    if let share, share.claims[id] != nil {
      let position = keys.firstIndex { shares[$0].map { share.seniority < $0.seniority } ?? false }
      keys.insert(key, at: position ?? keys.endIndex)
    }
    claimants[id] = keys.isEmpty ? nil : keys
    counts.conflicts += max(keys.count - 1, 0) - losersBefore
  }

  private func noteConflict(_ id: VirtualServerID, _ key: ServiceKey, _ change: inout Change) {
    guard let keys = claimants[id], keys.count > 1 else { return }
    for loser in keys.dropFirst() where loser == key || keys[0] == key {
      change.conflicts.append(Conflict(id: id, winner: keys[0], loser: loser))
    }
  }

  /// Counts the new claim in before the old one out, so that what both want is never released.
  private mutating func count(_ new: Claim?, _ old: Claim?, _ change: inout Change) {
    countMembers(new?.allMembers ?? [], old?.allMembers ?? [], &change)
    if let new, new.bindsAddress {
      addressCounts[new.id.address, default: 0] += 1
      if addressCounts[new.id.address] == 1 { counts.addresses[new.id.family] += 1 }
    }
    if let old, old.bindsAddress, Self.decrement(&addressCounts, old.id.address) {
      counts.addresses[old.id.family] -= 1
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
    for entry in new {
      memberCounts[entry, default: 0] += 1
      if memberCounts[entry] == 1 { change.wanted.append(entry) }
    }
    for entry in old where Self.decrement(&memberCounts, entry) { change.released.append(.member(entry)) }
  }

  /// Whether the count reached 0.
  private static func decrement<Key>(_ counts: inout [Key: Int], _ key: Key) -> Bool {
    guard let count = counts[key] else { return false }
    counts[key] = count > 1 ? count - 1 : nil
    return count <= 1
  }

  /// Services that ask for something another Service has: by Service, what and who has it.
  public func conflicts(of key: ServiceKey) -> [Conflict] {
    guard let share = shares[key] else { return [] }
    return share.claims.keys.sorted().compactMap { id in
      guard let winner = winner(of: id), winner != key else { return nil }
      return Conflict(id: id, winner: winner, loser: key)
    }
  }
}
