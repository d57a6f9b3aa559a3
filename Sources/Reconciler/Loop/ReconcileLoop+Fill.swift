import Addressing

/// The addresses of a chunk while the kernel binds them and the next chunk has begun.
struct AddressesInFlight {
  let operations: [Operation]
  let progress: ChunkProgress
  let results: Task<[KernelError?], Never>
}

/// A chunk whose virtual servers the kernel has answered for.
private struct ChunkWithServers {
  var chunk: ChunkAhead
  let servers: [Operation]
  let results: [KernelError?]

  mutating func record(by loop: isolated ReconcileLoop) { loop.record(servers, results, &chunk.progress) }
}

/// Filling a kernel that lacks much, as at start. Set members, virtual servers and addresses are three tables of it, and
/// it works on them side by side if it is asked to: while it makes the virtual servers of one chunk, it binds the
/// addresses of the chunk before and adds the members of the one behind, and what came of all that is taken in. Each
/// chunk still goes through its steps one after the other.
///
/// What is handed in meanwhile waits for the chunk whose virtual servers are being made to come through, and the addresses
/// before it; a chunk that has only its members is put back in line. So changes that never stop don't keep a start from
/// ending: each time one chunk more is in force.
extension ReconcileLoop {
  /// Carries out chunks until nothing is left of what a start brings, or something is handed in.
  func fill() async {
    var next = await begin()
    var last: ChunkWithServers?
    while var chunk = next, inbox.isEmpty, !chunk.plan.removes {
      let servers = runnable(.changeServers, of: chunk.plan, &chunk.progress)
      // In hand before: what is looked up in the child task would wait for this actor.
      let kernel = self.kernel
      async let results = servers.isEmpty ? [] : await kernel.apply(servers)
      last?.record(by: self)
      next = await begin()
      if let last { await bindAddresses(of: last.chunk) }
      last = ChunkWithServers(chunk: chunk, servers: servers, results: await results)
    }
    last?.record(by: self)
    if let last { await bindAddresses(of: last.chunk) }
    guard let next else { return }
    await settleAddresses()
    if inbox.isEmpty {
      await carryOut(next.plan, next.progress)
    } else {
      core.putBack(next)
      finish(next.progress)
    }
  }

  /// Plans the next chunk and adds its members: what is still being made has its own already, and no virtual server is in
  /// both.
  private func begin() async -> ChunkAhead? {
    let now = time.now()
    core.wake(now: now)
    guard core.isFilling, !Task.isCancelled, var chunk = core.chunkAhead(now: now) else { return nil }
    let members = chunk.plan[.addMembers]
    if !members.isEmpty { record(members, await kernel.apply(members), &chunk.progress) }
    chunk.progress.next = .changeServers
    return chunk
  }

  /// Begins to bind a chunk's addresses when those of the chunk before are bound. Nothing rests on a bound address.
  private func bindAddresses(of chunk: ChunkAhead) async {
    await settleAddresses()
    var progress = chunk.progress
    let operations = runnable(.addAddresses, of: chunk.plan, &progress)
    if operations.isEmpty { return finish(progress) }
    let results = Task.detached { [kernel] in await kernel.apply(operations) }
    addressesInFlight = AddressesInFlight(operations: operations, progress: progress, results: results)
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
}

extension Plan {
  fileprivate var removes: Bool {
    [.removeAddresses, .removeServers, .removeMembers].contains { !self[$0].isEmpty }
  }
}
