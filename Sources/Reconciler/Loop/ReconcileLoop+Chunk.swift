import Addressing

/// Carrying out chunks, step after step.
extension ReconcileLoop {
  func nextChunk(_ now: Duration) -> Plan {
    resolveEnough()
    return core.nextChunk(now: now)
  }

  /// So that the next chunk is a whole one, if there is enough for it.
  func resolveEnough() {
    while core.wantsMoreResolved { resolveNext() }
  }

  func resolveAll() {
    while core.hasUnresolved { resolveNext() }
  }

  func resolveNext() { core.resolveNext().forEach(report) }

  /// - Parameters:
  ///   - plan: the chunk.
  ///   - progress: what of it has been done.
  func carryOut(_ plan: Plan, _ progress: ChunkProgress? = nil) async {
    var progress = progress ?? ChunkProgress(plan)
    for step in PlanStep.allCases where step >= progress.next && !plan[step].isEmpty {
      let operations = runnable(step, of: plan, &progress)
      if !operations.isEmpty { record(operations, await kernel.apply(operations), &progress) }
    }
    finish(progress)
  }

  /// What there is to do of a step. An address may have been bound since the plan was made.
  func runnable(_ step: PlanStep, of plan: Plan, _ progress: inout ChunkProgress) -> [Operation] {
    var operations = plan[step]
    if step == .addAddresses { operations.removeAll(where: core.isDone) }
    return core.runnable(operations, &progress, now: time.now(), jitter: configuration.jitter)
  }

  func record(_ operations: [Operation], _ results: [KernelError?], _ progress: inout ChunkProgress) {
    self.operations.count(operations, results)
    let events = core.record(
      operations, results, &progress, now: time.now(), jitter: configuration.jitter)
    for event in events { report(event) }
  }

  func finish(_ progress: ChunkProgress) {
    for event in core.finish(progress) { report(event) }
    forgetFlows(core.takeFreshFlows())
  }
}
