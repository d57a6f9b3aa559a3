import Addressing

extension ReconcilerCore {
  /// The next chunk of work, the most urgent first; a chunk holds work of one priority only, so that a change is never
  /// in the company of what takes longer. Empty when what was looked at is as it should be.
  public mutating func nextChunk(now: Duration) -> Plan {
    var plan = Plan()
    guard let priority = dirty.mostUrgent else { return plan }
    fill(&plan, priority, limit: configuration.chunkLimit, now)
    Self.arrange(&plan)
    if priority == .resync { driftOperations += plan.count }
    return plan
  }

  /// Everything that is left to do, as one plan; changes nothing. What `ipvs-proxy plan` prints.
  public func fullPlan(now: Duration) -> Plan {
    var copy = self
    copy.dirty = DirtyQueue()
    copy.compareAll(.resync)
    var plan = Plan()
    copy.fill(&plan, .resync, limit: .max, now)
    Self.arrange(&plan)
    return plan
  }

  private mutating func fill(_ plan: inout Plan, _ priority: Priority, limit: Int, _ now: Duration) {
    var size = 0
    while size < limit, let id = dirty.popVirtualServer(priority) { size += fill(&plan, id, now) }
    // In a chunk of their own: no virtual server is planned twice in one.
    if size == 0 {
      while size < limit, let id = dirty.popCompared(priority) {
        // What fails has a time of its own.
        if let failure = retries[.virtualServer(id)], failure.due > now { continue }
        size += fill(&plan, id, now)
      }
    }
    // However many virtual servers there are, the rest isn't left behind.
    let share = limit / 8 + 1
    size = min(size, limit - share)
    while size < limit, let address = dirty.popAddress(priority) {
      let before = plan.count
      planAddress(address, &plan)
      size += weigh(.address(address), plan.count - before)
    }
    size = min(size, limit - share)
    while size < limit, let entry = dirty.popMember(priority) {
      let before = plan.count
      planMember(entry, &plan)
      size += weigh(.member(entry), plan.count - before)
    }
  }

  private mutating func fill(_ plan: inout Plan, _ id: VirtualServerID, _ now: Duration) -> Int {
    if unread.contains(id) { return 0 }
    let before = plan.count
    planVirtualServer(id, now, &plan)
    return weigh(.virtualServer(id), plan.count - before)
  }

  /// What is only compared costs too, though much less than a message. An object that needs nothing doesn't fail.
  private mutating func weigh(_ object: ObjectID, _ operations: Int) -> Int {
    if operations == 0 { retries.clear(object) }
    return max(operations, 1)
  }

  /// The same object can come up twice in a chunk, with its virtual server and by itself. Members that exempt go in
  /// before those that restrict, and out after them; those of one set stand together, for they share a message.
  private static func arrange(_ plan: inout Plan) {
    for step in PlanStep.allCases where step != .changeServers && plan[step].count > 1 {
      var seen = Set<Operation>(minimumCapacity: plan[step].count)
      plan[step].removeAll { !seen.insert($0).inserted }
    }
    plan[.addMembers] = arranged(plan[.addMembers])
    plan[.removeMembers] = arranged(plan[.removeMembers]).reversed()
  }

  private static func arranged(_ operations: [Operation]) -> [Operation] {
    guard operations.count > 1 else { return operations }
    var bySet: [IPSetID: [Operation]] = [:]
    for operation in operations {
      guard case .member(let entry) = operation.object else { continue }
      bySet[entry.set, default: []].append(operation)
    }
    return bySet.sorted { $0.key < $1.key }.flatMap(\.value)
  }
}
