import Addressing

extension ReconcileLoop {
  /// Does all that is due, piece by piece, except for reading the kernel in a resync: that goes on between two rounds.
  func round() async {
    let start = time.now()
    if !core.hasObserved {
      resyncStart = start
      guard await observe() else {
        tell(since: start)
        return
      }
    } else if !core.isResyncing && isResyncDue {
      beginResync()
    }
    let wasBusy = await work()
    if let drift = noteDrift() { report(.driftRepaired(operations: drift)) }
    // The parts of a resync are no rounds.
    if wasBusy || !core.isResyncing { tell(since: start) }
  }

  /// Changes first, then the counting of drains, then the rest. What is handed in meanwhile is taken up after each.
  /// - Returns: whether there was anything to do.
  private func work() async -> Bool {
    var wasBusy = false
    while !Task.isCancelled {
      wasBusy = wasBusy || !inbox.isEmpty
      await settleAddresses()
      takeInbox()
      let now = time.now()
      core.wake(now: now)
      beginCountingDrains(now)
      if !core.hasUrgentWork && !drainsToCount.isEmpty {
        await countDrains(now)
      } else if core.isFillingMuch {
        await fill()
      } else if core.hasWork {
        await carryOut(nextChunk(now))
      } else {
        break
      }
      wasBusy = true
      noteInForce()
    }
    await settleAddresses()
    noteInForce()
    return wasBusy
  }

  private func noteInForce() {
    if addressesInFlight == nil { inForce += core.takeChangesInForce(now: time.now()) }
  }

  private func noteDrift() -> Int? {
    let drift = core.takeDrift()
    driftOperations += drift
    return drift > 0 ? drift : nil
  }

  /// Closes the books on a round. What a round that was given up took up belongs to the next one.
  func tell(since start: Duration) {
    let now = time.now()
    var round = RoundReport()
    round.isFull = resyncStart != nil && !core.isResyncing && kernelError == nil
    round.duration = now - (round.isFull ? resyncStart ?? start : start)
    if round.isFull { resyncStart = nil }
    round.kernelError = kernelError
    round.kernelFailures = kernelFailures
    round.driftOperations = driftOperations
    driftOperations = 0
    if core.hasObserved && !core.hasWork {
      round.changes = changes
      changes = QueuedChanges()
      round.inForce = inForce
      inForce = ChangesInForce()
    }
    round.operations = operations
    operations = OperationTally()
    round.drainsEnded = core.takeDrainsEnded()
    round.state = core.counts
    observer(.round(round))
    let healthChecks = core.takeHealthCheckChanges()
    if !healthChecks.isEmpty { observer(.healthChecks(healthChecks)) }
  }

  // MARK: - Drains

  private func beginCountingDrains(_ now: Duration) {
    guard drainsToCount.isEmpty, let due = core.drainsDue(now: now) else { return }
    drainsToCount = due[...]
    core.record(connections: nil, now: now)
  }

  /// Counts the connections of as many as make a part.
  private func countDrains(_ now: Duration) async {
    let ids = Array(drainsToCount.prefix(core.configuration.readLimit))
    drainsToCount = drainsToCount.dropFirst(ids.count)
    do throws(KernelError) {
      core.record(connections: try await kernel.connections(of: ids), of: ids, now: now)
    } catch {
      report(.kernelUnreadable(error))
      drainsToCount = []
    }
  }

  /// The last look of a single round: what has no connections left needn't wait for the timer.
  func endIdleDrains() async {
    drainsToCount = core.drainingVirtualServers[...]
    while !drainsToCount.isEmpty { await countDrains(time.now()) }
    while core.hasWork { await carryOut(nextChunk(time.now())) }
  }
}
