import Addressing
import Glibc

/// One chunk while it is being carried out.
public struct ChunkProgress: Sendable {
  var blocks: Blocks
  /// What had failed before and didn't now.
  var attempted: Set<ObjectID> = []
  var failed: Set<ObjectID> = []
  /// The step to go on with.
  var next = PlanStep.addMembers

  public init(_ plan: Plan) { blocks = Blocks(plan) }
}

/// Real servers that one virtual server has got.
private struct AddedRealServers {
  var id: VirtualServerID?
  var servers: [RealServer] = []
}

extension ReconcilerCore {
  /// Whether the kernel has got since the plan was made what the operation is to give it.
  func isDone(_ operation: Operation) -> Bool {
    if case .addAddress(let address) = operation { known.addresses.contains(address) } else { false }
  }

  /// The operations of a step that can be done: those that rest on something that failed wait for it.
  public mutating func runnable(
    _ operations: [Operation], _ progress: inout ChunkProgress, now: Duration, jitter: () -> Double
  ) -> [Operation] {
    if progress.blocks.isEmpty { return operations }
    return operations.filter { operation in
      guard progress.blocks.block(operation) else { return true }
      progress.blocks.note(failed: operation)
      let object = operation.object
      if progress.failed.insert(object).inserted {
        let cause = KernelError(
          subsystem(of: object), errno: 0, object: operation.description, hint: "waits for its set member")
        retries.fail(
          object, nil, cause, of: service(of: object), now: now, backoff: configuration.backoff,
          jitter: jitter())
      }
      return false
    }
  }

  /// Takes in the kernel's answers: what succeeded is known from now on, what failed backs off.
  public mutating func record(
    _ operations: [Operation], _ results: [KernelError?], _ progress: inout ChunkProgress, now: Duration,
    jitter: () -> Double
  ) -> [CoreEvent] {
    var events: [CoreEvent] = []
    // Those of one virtual server come one after the other: it is looked up once.
    var added = AddedRealServers()
    for (operation, error) in zip(operations, results) {
      if let error {
        if let failure = noteFailure(operation, error, &progress, now, jitter) {
          events.append(.operationFailed(failure))
        }
        continue
      }
      if case .addRealServer(let server, let id) = operation {
        if added.id != id { noteAdded(&added) }
        added.id = id
        added.servers.append(server)
      } else {
        noteAdded(&added)
        noteSuccess(operation, now, &events)
      }
      if retries.count > 0, retries[operation.object] != nil { progress.attempted.insert(operation.object) }
    }
    noteAdded(&added)
    return events
  }

  /// - Returns: nil for what failed only because something else did.
  private mutating func noteFailure(
    _ operation: Operation, _ error: KernelError, _ progress: inout ChunkProgress, _ now: Duration,
    _ jitter: () -> Double
  ) -> Failure? {
    let object = operation.object
    // A real server that failed because its virtual server did is not a failure of its own.
    let isConsequence = progress.blocks.block(operation)
    progress.blocks.note(failed: operation)
    progress.failed.insert(object)
    if error.outcome == .unknown { needsObservation = true }
    if isConsequence { return nil }
    if contradictsKnown(operation, error) { needsObservation = true }
    return retries.fail(
      object, operation, error, of: service(of: object), now: now, backoff: configuration.backoff,
      jitter: jitter())
  }

  /// Closes a chunk: objects that had failed and didn't this time have recovered.
  public mutating func finish(_ progress: ChunkProgress) -> [CoreEvent] {
    progress.attempted.subtracting(progress.failed).compactMap { object in
      retries.clear(object).map { .recovered(object, attempts: $0.attempts) }
    }
  }

  private mutating func noteSuccess(_ operation: Operation, _ now: Duration, _ events: inout [CoreEvent]) {
    known.assume(operation)
    switch operation {
    case .addVirtualServer(let server): unread.remove(server.id)
    case .removeRealServer(let server, let id):
      if let drain = drains[id, server] {
        events.append(
          .drained(id, server, after: now - drain.since, connectionsLeft: !drain.isIdle))
        drains.end(id, server, drain.isIdle ? \.idle : \.bound)
      }
      released.remove(.realServer(server, of: id))
    case .removeVirtualServer(let id):
      drains.endAll(id)
      unread.remove(id)
      released.remove(.virtualServer(id))
      if desired.claim(id) == nil { ours.remove(id) }
    case .removeAddress(let address): released.remove(.address(address))
    case .removeMember(let entry): released.remove(.member(entry))
    default: break
    }
  }

  private mutating func noteAdded(_ added: inout AddedRealServers) {
    guard let id = added.id else { return }
    noteFirst(added.servers, id)
    // By index: through the key the state would be taken out and put back.
    if let index = known.virtualServers.index(forKey: id) {
      known.virtualServers.values[index].realServers.insert(added.servers)
    }
    added.id = nil
    added.servers.removeAll(keepingCapacity: true)
  }

  private mutating func noteFirst(_ servers: [RealServer], _ id: VirtualServerID) {
    guard id.transport == .udp, servers.contains(where: { $0.weight > 0 }),
      !(known.virtualServers[id]?.realServers.values.contains { $0.weight > 0 } ?? false)
    else { return }
    freshFlows.append(id)
  }

  /// UDP virtual servers whose earlier flows are to be forgotten: what reached the address before it was served left a
  /// conntrack entry that keeps the flow past IPVS (kubernetes#76664).
  mutating func takeFreshFlows() -> [VirtualServerID] {
    defer { freshFlows = [] }
    return freshFlows
  }

  /// EEXIST for what was thought missing, or the reverse: somebody else was here.
  private func contradictsKnown(_ operation: Operation, _ error: KernelError) -> Bool {
    switch operation {
    case .addVirtualServer, .addRealServer: error.errno == EEXIST || error.errno == ESRCH
    case .updateVirtualServer, .updateRealServer: error.errno == ENOENT || error.errno == ESRCH
    default: false
    }
  }

  /// The Service that has a virtual server; addresses and members may serve several.
  private func service(of object: ObjectID) -> ServiceKey? {
    if case .virtualServer(let id) = object { desired.winner(of: id) } else { nil }
  }

  private func subsystem(of object: ObjectID) -> KernelError.Subsystem {
    switch object {
    case .virtualServer: .ipvs
    case .address: .address
    case .member: .ipset
    }
  }
}

extension KernelState {
  /// Applies an operation that the kernel has acknowledged.
  mutating func assume(_ operation: Operation) {
    switch operation {
    case .addMember(let entry): sets[entry.set, default: []].insert(entry.member)
    case .removeMember(let entry): sets[entry.set]?.remove(entry.member)
    case .addVirtualServer(let server): virtualServers[server.id] = VirtualServerState(server)
    case .updateVirtualServer(let server): virtualServers[server.id]?.virtualServer = server
    case .removeVirtualServer(let id): virtualServers[id] = nil
    case .addRealServer(let server, let id), .updateRealServer(let server, let id):
      virtualServers[id]?.realServers[server.id] = server
    case .removeRealServer(let server, let id): virtualServers[id]?.realServers[server] = nil
    case .addAddress(let address): addresses.insert(address)
    case .removeAddress(let address): addresses.remove(address)
    }
  }
}
