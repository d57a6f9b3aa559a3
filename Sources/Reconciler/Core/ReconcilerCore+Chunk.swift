import Addressing

extension ReconcilerCore {
  /// The next chunk of work, the most urgent first; a chunk holds work of one priority only, so that a change is never
  /// in the company of what takes longer. Empty when what was looked at is as it should be.
  public mutating func nextChunk(now: Duration) -> Plan { nextChunk(now: now, without: []) }

  private mutating func nextChunk(now: Duration, without underWay: Set<VirtualServerID>) -> Plan {
    var plan = Plan()
    guard let priority = dirty.mostUrgent else { return plan }
    fill(&plan, priority, limit: configuration.chunkLimit, now, without: underWay)
    plan.arrange()
    if priority == .resync { driftOperations += plan.count }
    return plan
  }

  /// The next chunk while the one before it is not yet recorded, in a form that can be put back. No virtual server is in
  /// both: what one of them needs is told only by what came of the other.
  mutating func chunkAhead(now: Duration, after chunk: ChunkAhead?) -> ChunkAhead? {
    guard let priority = dirty.mostUrgent else { return nil }
    let plan = nextChunk(now: now, without: chunk?.virtualServers ?? [])
    return ChunkAhead(
      plan: plan, objects: plannedFor, priority: priority, progress: ChunkProgress(plan))
  }

  /// Puts what a chunk was planned for in line again.
  mutating func putBack(_ chunk: ChunkAhead) {
    for object in chunk.objects { dirty.insert(object, chunk.priority) }
  }

  /// Everything that is left to do, as one plan; changes nothing. What `ipvs-proxy plan` prints.
  public func fullPlan(now: Duration) -> Plan {
    var copy = self
    copy.dirty = DirtyQueue()
    copy.compareAll()
    var plan = Plan()
    copy.fill(&plan, .resync, limit: .max, now)
    plan.arrange()
    return plan
  }

  private mutating func fill(
    _ plan: inout Plan, _ priority: Priority, limit: Int, _ now: Duration,
    without underWay: Set<VirtualServerID> = []
  ) {
    var size = 0
    var later: [VirtualServerID] = []
    plannedFor.removeAll(keepingCapacity: true)
    // A chunk that will be about full: its list would grow through all sizes.
    if dirty.waiting > limit / 8 { plan.reserve(limit) }
    while size < limit, let id = dirty.popVirtualServer(priority) {
      if underWay.contains(id) { later.append(id) } else { size += add(.virtualServer(id), to: &plan, now) }
    }
    for id in later { dirty.insert(id, priority) }
    // In a chunk of their own: no virtual server is planned twice in one.
    if size == 0 && priority == .resync {
      while size < limit, let id = dirty.popCompared() {
        // What fails has a time of its own.
        if let failure = retries[.virtualServer(id)], failure.due > now { continue }
        size += add(.virtualServer(id), to: &plan, now)
      }
    }
    // However many virtual servers there are, the rest isn't left behind.
    let share = limit / 8 + 1
    size = min(size, limit - share)
    while size < limit, let address = dirty.popAddress(priority) {
      size += add(.address(address), to: &plan, now)
    }
    size = min(size, limit - share)
    while size < limit, let entry = dirty.popMember(priority) {
      size += add(.member(entry), to: &plan, now)
    }
  }

  /// Plans what an object needs.
  /// - Returns: how much of a chunk that is. What is only compared costs too, though much less than a message.
  private mutating func add(_ object: ObjectID, to plan: inout Plan, _ now: Duration) -> Int {
    if case .virtualServer(let id) = object, unread.contains(id) { return 0 }
    plannedFor.append(object)
    let (operations, messages) = (plan.count, plan.messages)
    switch object {
    case .virtualServer(let id): planVirtualServer(id, now, &plan)
    case .address(let address): planAddress(address, &plan)
    case .member(let entry): planMember(entry, &plan)
    }
    // An object that needs nothing doesn't fail.
    if plan.count == operations && retries.count > 0 { retries.clear(object) }
    return max(plan.messages - messages, 1)
  }
}

/// A chunk that may still be put back.
struct ChunkAhead {
  let plan: Plan
  /// What it was planned for.
  let objects: [ObjectID]
  let priority: Priority
  /// What is in the kernel already stays there: when the objects' turn comes again, it is known.
  var progress: ChunkProgress

  fileprivate var virtualServers: Set<VirtualServerID> {
    var ids = Set<VirtualServerID>(minimumCapacity: objects.count)
    for case .virtualServer(let id) in objects { ids.insert(id) }
    return ids
  }
}
