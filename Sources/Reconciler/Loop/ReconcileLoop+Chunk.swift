import Addressing

/// The addresses of a chunk while the kernel binds them and the next chunk has begun.
struct AddressesInFlight {
  let operations: [Operation]
  let progress: ChunkProgress
  let results: Task<[KernelError?], Never>
}

/// Carrying out chunks. An empty kernel takes about as long to bind the addresses as for all the rest, and it does both
/// at once if it is asked to: at start, the last step of a chunk is not waited for before the next chunk begins, which is
/// planned by then. Nothing rests on a bound address, and while any are in flight nothing is taken in that could unmake
/// them.
extension ReconcileLoop {
  /// - Parameters:
  ///   - plan: the chunk.
  ///   - leavesAddresses: whether it may end with its addresses still in flight.
  func carryOut(_ plan: Plan, leavesAddresses: Bool = false) async {
    var progress = ChunkProgress(plan)
    for step in PlanStep.allCases where !plan[step].isEmpty {
      var operations = plan[step]
      if step >= .addAddresses {
        await settleAddresses()
        operations.removeAll(where: core.isDone)
      }
      operations = core.runnable(operations, &progress, now: time.now(), jitter: configuration.jitter)
      if operations.isEmpty { continue }
      if leavesAddresses && step == .addAddresses && !plan.removes {
        let results = Task.detached { [kernel, operations] in await kernel.apply(operations) }
        addressesInFlight = AddressesInFlight(operations: operations, progress: progress, results: results)
        return
      }
      let results = await apply(operations, plansAhead: leavesAddresses && step == .changeServers)
      record(operations, results, &progress)
    }
    finish(progress)
  }

  /// While the kernel is at work the next chunk may be planned: what records the servers of this one is known to be there
  /// by then, and no server is in both.
  private func apply(_ operations: [Operation], plansAhead: Bool) async -> [KernelError?] {
    guard plansAhead && inbox.isEmpty && core.isFilling else { return await kernel.apply(operations) }
    let kernel = self.kernel
    async let results = kernel.apply(operations)
    planned = core.chunkAhead(now: time.now())
    return await results
  }

  /// The chunk that was planned ahead, or the next one; nil when there is nothing to do.
  func takeChunk(now: Duration) -> Plan? {
    defer { planned = nil }
    return planned?.plan ?? (core.hasWork ? core.nextChunk(now: now) : nil)
  }

  /// Lets what was planned ahead wait in line again: something was handed in, and goes first.
  func putBackPlanned() {
    if let planned { core.putBack(planned) }
    planned = nil
  }

  /// Waits for addresses in flight and takes in what came of them.
  func settleAddresses() async {
    guard let inFlight = addressesInFlight else { return }
    var progress = inFlight.progress
    let results = await inFlight.results.value
    addressesInFlight = nil
    record(inFlight.operations, results, &progress)
    finish(progress)
  }

  private func record(_ operations: [Operation], _ results: [KernelError?], _ progress: inout ChunkProgress) {
    self.operations.count(operations, results)
    let events = core.record(
      operations, results, &progress, now: time.now(), jitter: configuration.jitter)
    for event in events { report(event) }
  }

  private func finish(_ progress: ChunkProgress) {
    for event in core.finish(progress) { report(event) }
    forgetFlows(core.takeFreshFlows())
  }
}

extension Plan {
  fileprivate var removes: Bool {
    [.removeAddresses, .removeServers, .removeMembers].contains { !self[$0].isEmpty }
  }
}
