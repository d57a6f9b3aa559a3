import Addressing

/// A chunk, and the step of it that the kernel is at.
struct StepInFlight {
  let operations: [Operation]
  let results: Task<[KernelError?], Never>
  fileprivate var chunk: ChunkAhead
}

/// Filling a kernel that lacks much, as at start. Set members, virtual servers and addresses are three tables of it, and
/// it works on them side by side if it is asked to: while it makes the virtual servers of one chunk, it binds the
/// addresses of the chunk before and adds the members of the one behind; what came of all that is taken in meanwhile, and
/// what comes next is made sense of. Each chunk still goes through its steps one after the other.
///
/// A chunk that removes something is carried out by itself, step after step.
///
/// What is handed in meanwhile waits for the chunk whose virtual servers are being made to come through, and the addresses
/// before it; a chunk that has only its members is put back in line. So changes that never stop don't keep a start from
/// ending: each time one chunk more is in force.
extension ReconcileLoop {
  /// Carries out chunks until nothing is left of what a start brings, or something is handed in.
  func fill() async {
    var next = await begin(after: nil)
    var made: StepInFlight?
    while let chunk = next, inbox.isEmpty, !chunk.plan.removes {
      let making = start(.changeServers, of: chunk)
      if let made { await bindAddresses(of: await takeIn(made)) }
      next = await begin(after: making.chunk)
      _ = await making.results.value
      made = making
    }
    if let made { await bindAddresses(of: await takeIn(made)) }
    guard let next else { return }
    await settleAddresses()
    // What is to go is planned anew: it may be the record of what was still being made.
    if inbox.isEmpty && made == nil {
      await carryOut(next.plan, next.progress)
    } else {
      core.putBack(next)
      finish(next.progress)
    }
  }

  /// Resolves and plans the next chunk and adds its members: the chunk before, which is still under way, has its own.
  private func begin(after chunk: ChunkAhead?) async -> ChunkAhead? {
    let now = time.now()
    core.wake(now: now)
    resolveEnough()
    guard core.isFilling, !Task.isCancelled, var next = core.chunkAhead(now: now, after: chunk) else {
      return nil
    }
    // What removes something may have to be planned anew.
    if next.plan.removes { return next }
    let members = next.plan[.addMembers]
    if !members.isEmpty { record(members, await kernel.apply(members), &next.progress) }
    next.progress.next = .changeServers
    return next
  }

  private func start(_ step: PlanStep, of chunk: ChunkAhead) -> StepInFlight {
    var chunk = chunk
    let operations = runnable(step, of: chunk.plan, &chunk.progress)
    let results = Task.detached { [kernel] in operations.isEmpty ? [] : await kernel.apply(operations) }
    return StepInFlight(operations: operations, results: results, chunk: chunk)
  }

  /// Waits for a step and takes in what came of it.
  private func takeIn(_ step: StepInFlight) async -> ChunkAhead {
    var chunk = step.chunk
    record(step.operations, await step.results.value, &chunk.progress)
    return chunk
  }

  /// Begins to bind a chunk's addresses when those of the chunk before are bound. Nothing rests on a bound address.
  private func bindAddresses(of chunk: ChunkAhead) async {
    await settleAddresses()
    addressesInFlight = start(.addAddresses, of: chunk)
  }

  /// Waits for addresses in flight and takes in what came of them.
  func settleAddresses() async {
    guard let step = addressesInFlight else { return }
    let chunk = await takeIn(step)
    addressesInFlight = nil
    finish(chunk.progress)
  }
}

extension Plan {
  fileprivate var removes: Bool {
    [.removeAddresses, .removeServers, .removeMembers].contains { !self[$0].isEmpty }
  }
}
