import DequeModule

/// In which order what has to be looked at gets its turn.
public enum Priority: Int, CaseIterable, Sendable, Comparable {
  /// Something changed since the start: it goes first.
  case change
  /// At start: the API server and DNS, without which nothing else comes up. Later: what failed and is tried again.
  case critical
  /// At start, and when the node itself changes: everything else. Real servers that have drained.
  case bulk
  /// A periodic comparison; nothing waits for it.
  case resync

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What waits for its turn, by priority and then in the order of arrival.
struct PriorityQueue<Element: Hashable & Sendable>: Sendable {
  /// May hold entries that a more urgent one has overtaken: what counts is `priorities`.
  private var queues: [Deque<Element>] = Array(repeating: [], count: Priority.allCases.count)
  private var priorities: [Element: Priority] = [:]
  private var counts = [Int](repeating: 0, count: Priority.allCases.count)

  var isEmpty: Bool { priorities.isEmpty }
  var count: Int { priorities.count }
  func contains(_ element: Element) -> Bool { priorities[element] != nil }
  var mostUrgent: Priority? { Priority.allCases.first { counts[$0.rawValue] > 0 } }

  /// What already waits keeps the more urgent of both priorities.
  mutating func insert(_ element: Element, _ priority: Priority) {
    if let waiting = priorities[element] {
      if waiting <= priority { return }
      counts[waiting.rawValue] -= 1
    }
    priorities[element] = priority
    counts[priority.rawValue] += 1
    queues[priority.rawValue].append(element)
  }

  /// Puts what already waits among the changes.
  mutating func hasten(_ element: Element) {
    if priorities[element] != nil { insert(element, .change) }
  }

  /// The first of that priority; nil when none waits.
  mutating func pop(_ priority: Priority) -> Element? {
    while let element = queues[priority.rawValue].popFirst() {
      guard priorities[element] == priority else { continue }
      priorities[element] = nil
      counts[priority.rawValue] -= 1
      if priorities.isEmpty { shrink() }
      return element
    }
    return nil
  }

  /// At start there is as much as there ever is: the room for it goes when it is done.
  private mutating func shrink() {
    if priorities.capacity > 1024 { self = Self() }
  }
}
