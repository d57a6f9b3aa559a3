import DequeModule

/// Services that a start has brought and that nobody has made sense of yet. They are resolved a few at a time: the kernel
/// gets its first work at once and the rest while it is at work, and no change waits for all of them.
///
/// The API server and DNS come first, without which nothing else comes up; then the senior before the junior: of two
/// that want the same address, the one that is not to have it never has it for a moment.
struct UnresolvedServices: Sendable {
  private var critical: Deque<TouchedServices.Touch> = []
  private var others: Deque<TouchedServices.Touch> = []

  var isEmpty: Bool { critical.isEmpty && others.isEmpty }
  var count: Int { critical.count + others.count }

  mutating func append(_ touch: TouchedServices.Touch, _ priority: Priority) {
    if priority == .critical { critical.append(touch) } else { others.append(touch) }
  }

  mutating func popFirst() -> (touch: TouchedServices.Touch, priority: Priority)? {
    if let touch = critical.popFirst() { return (touch, .critical) }
    guard let touch = others.popFirst() else { return nil }
    // At start they are as many as there ever are: their storage goes too.
    if others.isEmpty { self = Self() }
    return (touch, .bulk)
  }
}
