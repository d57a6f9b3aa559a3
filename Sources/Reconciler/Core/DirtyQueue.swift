import Addressing
import DequeModule

/// In which order what has to be looked at gets its turn.
public enum Priority: Int, CaseIterable, Sendable, Comparable {
  /// Something changed while the node was in order: it goes first.
  case change
  /// At start: the API server and DNS, without which nothing else comes up.
  case critical
  /// At start: everything else.
  case bulk
  /// A periodic comparison; nothing waits for it.
  case resync

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The virtual servers to look at, by priority and then in the order of arrival; and the members and addresses to look
/// at that no such virtual server brings along.
struct DirtyQueue: Sendable {
  private var queues: [Deque<VirtualServerID>] = Array(repeating: [], count: Priority.allCases.count)
  private var priorities: [VirtualServerID: Priority] = [:]
  private(set) var members: Set<IPSetEntry> = []
  private(set) var addresses: Set<IPAddress> = []

  var isEmpty: Bool { priorities.isEmpty && members.isEmpty && addresses.isEmpty }
  var count: Int { priorities.count + members.count + addresses.count }

  /// A virtual server that already waits keeps the more urgent of both priorities.
  mutating func insert(_ id: VirtualServerID, _ priority: Priority) {
    if let waiting = priorities[id], waiting <= priority { return }
    priorities[id] = priority
    queues[priority.rawValue].append(id)
  }

  mutating func insert(_ entry: IPSetEntry) { members.insert(entry) }
  mutating func insert(_ address: IPAddress) { addresses.insert(address) }

  mutating func insert(_ object: ObjectID, _ priority: Priority) {
    switch object {
    case .virtualServer(let id): insert(id, priority)
    case .address(let address): insert(address)
    case .member(let entry): insert(entry)
    }
  }

  /// The most urgent virtual server; entries overtaken by a more urgent one are passed over.
  mutating func popVirtualServer() -> (VirtualServerID, Priority)? {
    for priority in Priority.allCases {
      while let id = queues[priority.rawValue].popFirst() {
        guard priorities[id] == priority else { continue }
        priorities[id] = nil
        return (id, priority)
      }
    }
    // At start, and in every comparison with the kernel, all virtual servers wait: their storage goes too.
    if priorities.capacity > Self.keptCapacity {
      priorities = [:]
      for index in queues.indices { queues[index] = [] }
    }
    return nil
  }

  /// For what waits in a round of changes.
  private static let keptCapacity = 1000

  mutating func takeMembers(_ limit: Int) -> [IPSetEntry] { Self.take(&members, limit) }
  mutating func takeAddresses(_ limit: Int) -> [IPAddress] { Self.take(&addresses, limit) }

  private static func take<Element>(_ set: inout Set<Element>, _ limit: Int) -> [Element] {
    guard set.count > limit else {
      // At start there is as much as there ever is: its storage goes too.
      defer { set = [] }
      return Array(set)
    }
    let taken = Array(set.prefix(limit))
    set.subtract(taken)
    return taken
  }
}
