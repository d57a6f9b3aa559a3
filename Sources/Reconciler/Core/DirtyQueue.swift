import Addressing

/// What has to be looked at: virtual servers, and the members and addresses that no such virtual server brings along.
struct DirtyQueue: Sendable {
  private var virtualServers = PriorityQueue<VirtualServerID>()
  private var addresses = PriorityQueue<IPAddress>()
  private var members = PriorityQueue<IPSetEntry>()
  /// Virtual servers to compare one after the other; a plain list, for it may be all of them.
  private var comparison: ArraySlice<VirtualServerID> = []

  var isEmpty: Bool {
    virtualServers.isEmpty && members.isEmpty && addresses.isEmpty && comparison.isEmpty
  }
  var count: Int { waiting + comparison.count }
  /// Without what a comparison has yet to look at.
  var waiting: Int { virtualServers.count + members.count + addresses.count }

  /// The priority of what gets its turn next; nil when nothing waits.
  var mostUrgent: Priority? {
    let compared = comparison.isEmpty ? nil : Priority.resync
    return [virtualServers.mostUrgent, addresses.mostUrgent, members.mostUrgent, compared]
      .compactMap { $0 }.min()
  }

  mutating func insert(_ id: VirtualServerID, _ priority: Priority) { virtualServers.insert(id, priority) }
  mutating func insert(_ entry: IPSetEntry, _ priority: Priority) { members.insert(entry, priority) }
  mutating func insert(_ address: IPAddress, _ priority: Priority) { addresses.insert(address, priority) }

  mutating func insert(_ object: ObjectID, _ priority: Priority) {
    switch object {
    case .virtualServer(let id): insert(id, priority)
    case .address(let address): insert(address, priority)
    case .member(let entry): insert(entry, priority)
    }
  }

  /// Puts a virtual server that already waits among the changes.
  mutating func hasten(_ id: VirtualServerID) { virtualServers.hasten(id) }

  /// Takes the place of a comparison that is under way: `ids` has everything that there is. What waits by itself is
  /// left out.
  mutating func compare(_ ids: [VirtualServerID]) {
    comparison = ids.filter { !virtualServers.contains($0) }[...]
  }

  /// The next virtual server of that priority; nil when none waits.
  mutating func popVirtualServer(_ priority: Priority) -> VirtualServerID? { virtualServers.pop(priority) }

  /// The next virtual server to compare; nil when none is left.
  mutating func popCompared() -> VirtualServerID? {
    let id = comparison.popFirst()
    if comparison.isEmpty { comparison = [] }
    return id
  }

  mutating func popAddress(_ priority: Priority) -> IPAddress? { addresses.pop(priority) }
  mutating func popMember(_ priority: Priority) -> IPSetEntry? { members.pop(priority) }
}
