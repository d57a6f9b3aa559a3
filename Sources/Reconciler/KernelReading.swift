import Addressing

/// A part of what the kernel knows that is read in one go. Between two parts others may get their turn.
public enum KernelPart: Hashable, Sendable {
  /// All virtual servers, without their real servers: one dump.
  case virtualServers
  /// The real servers of these virtual servers: a dump each.
  case realServers(of: [VirtualServerID])
  /// The addresses of kube-ipvs0.
  case addresses
  /// Which sets there are, and which of them have members: one dump of their headers.
  case sets
  case members(of: IPSetID)
}

/// What the kernel said about one part: whoever made it, but without firewall-mark virtual servers, other protocols,
/// other families and link-local addresses, which are never ours.
public enum KernelReading: Hashable, Sendable {
  case virtualServers([VirtualServer])
  /// In the order asked for.
  case realServers([RealServerList])
  case addresses(Set<IPAddress>)
  /// Whether a set may have members; without those that aren't there.
  case sets([IPSetID: Bool])
  /// Nil where there is no such set.
  case members(IPSetID, Set<IPSetMember>?)
}

/// The real servers of one virtual server.
public struct RealServerList: Hashable, Sendable {
  public let id: VirtualServerID
  /// Nil when there is no such virtual server.
  public let realServers: [RealServer]?

  public init(_ id: VirtualServerID, _ realServers: [RealServer]?) {
    self.id = id
    self.realServers = realServers
  }
}

extension KernelReading {
  /// Of the sets that may have members those of the families, in a fixed order.
  func filled(of families: some Sequence<IPFamily>) -> [IPSetID] {
    guard case .sets(let found) = self else { return [] }
    return families.sorted().flatMap { IPSetID.all($0) }.filter { found[$0] ?? false }
  }
}

extension Kernel {
  /// Reads everything, part after part.
  /// - Parameter families: whose sets are read.
  /// - Returns: what there is. While somebody else changes the kernel its parts may be of different moments.
  /// - Throws: the first part's error; nothing that was read before it is returned.
  public func observe(
    _ families: some Sequence<IPFamily> = IPFamily.allCases
  ) async throws(KernelError) -> KernelState {
    try await KernelState.whole(families) { (part) throws(KernelError) in try await read(part) }
  }
}

extension KernelState {
  /// Virtual servers whose real servers are read in one part. Each is a dump of its own, 250 µs or so on current
  /// hardware: a part takes about as long as a chunk of operations.
  public static let virtualServersPerPart = 200

  /// Puts the whole together from its parts.
  /// - Parameters:
  ///   - families: whose sets are read.
  ///   - read: reads a part.
  /// - Returns: the parts together.
  /// - Throws: the first error of `read`.
  public static func whole(
    _ families: some Sequence<IPFamily>,
    read: @Sendable (KernelPart) async throws(KernelError) -> KernelReading
  ) async throws(KernelError) -> KernelState {
    var state = KernelState()
    state.take(try await read(.virtualServers))
    state.take(try await read(.addresses))
    let sets = try await read(.sets)
    state.take(sets)
    for set in sets.filled(of: families) { state.take(try await read(.members(of: set))) }
    let ids = Array(state.virtualServers.keys)
    for start in stride(from: 0, to: ids.count, by: virtualServersPerPart) {
      let slice = Array(ids[start..<min(start + virtualServersPerPart, ids.count)])
      state.take(try await read(.realServers(of: slice)))
    }
    return state
  }

  /// Puts what was read in the place of what was known. Virtual servers that were known keep their real servers when
  /// only they are read; others have none until theirs are read.
  mutating func take(_ reading: KernelReading) {
    switch reading {
    case .virtualServers(let servers):
      let present = Set(servers.lazy.map(\.id))
      for id in virtualServers.keys.filter({ !present.contains($0) }) { virtualServers[id] = nil }
      for server in servers {
        virtualServers[server.id, default: VirtualServerState(server)].virtualServer = server
      }
    case .realServers(let lists):
      for list in lists {
        guard let servers = list.realServers else {
          virtualServers[list.id] = nil
          continue
        }
        guard virtualServers[list.id] != nil else { continue }
        virtualServers[list.id]?.realServers = SortedByID(servers)
      }
    case .addresses(let addresses): self.addresses = addresses
    case .sets(let found):
      for set in sets.keys where found[set] != true { sets[set] = nil }
      for (set, hasMembers) in found where !hasMembers { sets[set] = [] }
    case .members(let set, let members): sets[set] = members.map { IPSetMembers($0) }
    }
  }
}
