import Addressing

/// What the loop is told once.
public struct LoopConfiguration: Sendable {
  /// Between two full comparisons with the kernel (`--ipvs-sync-period`).
  public var syncPeriod: Duration
  /// Between two attempts to prepare or read a kernel that refuses.
  public var kernelBackoff: Backoff
  /// 0..<1 for each retry.
  public var jitter: @Sendable () -> Double

  public init(
    syncPeriod: Duration = .seconds(30),
    kernelBackoff: Backoff = Backoff(first: .seconds(1), longest: .seconds(30)),
    jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.syncPeriod = syncPeriod
    self.kernelBackoff = kernelBackoff
    self.jitter = jitter
  }
}

/// Keeps the kernel equal to what is wanted: one round at a time, woken by changes, retries, drains and the sync
/// period. The only thing in the core that waits.
public actor ReconcileLoop {
  private let kernel: any Kernel
  private let configuration: LoopConfiguration
  let time: any TimeSource
  private let report: @Sendable (CoreEvent) -> Void
  private let observer: @Sendable (LoopObservation) -> Void

  var core: ReconcilerCore
  private var inbox: [(batch: InputBatch, arrived: Duration)] = []
  /// Whether the last batch came from a source that had been read whole.
  private var isComplete = false
  private var waiter: CheckedContinuation<Void, Never>?
  private var wasSignalled = false
  private var nextResync: Duration
  private var kernelFailures = 0
  private var standingWarnings: Set<Notice> = []
  private var operations = OperationTally()
  private var changes = QueuedChanges()
  private var flowsToForget: [VirtualServerID] = []
  private var forgetting: Task<Void, Never>?

  public init(
    kernel: any Kernel, core: ReconcilerCore, configuration: LoopConfiguration = LoopConfiguration(),
    time: any TimeSource = SystemTime(), report: @escaping @Sendable (CoreEvent) -> Void = { _ in },
    observer: @escaping @Sendable (LoopObservation) -> Void = { _ in }
  ) {
    self.kernel = kernel
    self.core = core
    self.configuration = configuration
    self.time = time
    self.report = report
    self.observer = observer
    nextResync = time.now()
  }

  /// Hands in changes; they are taken up at the next chunk.
  public func submit(_ batch: InputBatch) {
    isComplete = batch.isComplete
    inbox.append((batch, time.now()))
    observer(.queued(QueuedChanges(batch)))
    signal()
  }

  /// Hands in the machine's addresses. They say nothing about whether the source of Services is complete.
  public func submit(addresses: Set<IPAddress>) {
    submit(InputBatch([.nodeAddresses(addresses)], isComplete: isComplete))
  }

  /// Asks for a full comparison with the kernel in the next round, whenever the last one was.
  public func requestResync() {
    nextResync = time.now()
    signal()
  }

  /// Runs until the task is cancelled. What the kernel holds stays as it is: a restart is invisible.
  public func run() async {
    while !Task.isCancelled {
      await round()
      await wait()
    }
  }

  /// One converged round: everything handed in so far is brought into force, failures are retried.
  /// - Parameter attempts: how often an object may fail before it is given up.
  /// - Returns: what could not be brought into force; empty when all of it was.
  public func converge(attempts: Int = 6) async -> Convergence {
    var hasEndedDrains = false
    while !Task.isCancelled {
      await round()
      if let error = kernelError, kernelFailures >= attempts { return Convergence(kernelError: error) }
      if kernelError == nil, !core.failures.contains(where: { $0.attempts < attempts }), inbox.isEmpty {
        if hasEndedDrains { break }
        hasEndedDrains = true
        await endIdleDrains()
        continue
      }
      guard let deadline = nextWakeUp(), (try? await time.sleep(until: deadline)) != nil else { break }
    }
    await forgetting?.value
    return Convergence(failures: core.failures, draining: core.drainCount)
  }

  /// What is left to do, without doing it.
  public func plan() async throws(KernelError) -> Plan {
    takeInbox()
    core.adopt(try await kernel.observe())
    return core.fullPlan(now: time.now())
  }

  // MARK: - One round

  private var kernelError: KernelError?

  private func round() async {
    takeInbox()
    let now = time.now()
    let isFull = core.needsObservation || nextResync <= now
    if isFull {
      guard await observe() else {
        tell(since: now, isFull: true, drift: 0)
        return
      }
    }
    core.wake(now: time.now())
    if let due = core.drainsDue(now: now) { await countDrains(due, now: now) }
    while core.hasWork && !Task.isCancelled {
      await carryOut(core.nextChunk(now: time.now()))
      takeInbox()
    }
    let drift = core.takeDrift()
    if drift > 0 { report(.driftRepaired(operations: drift)) }
    tell(since: now, isFull: isFull, drift: drift)
  }

  /// Closes the books on a round. What a round that was given up took up belongs to the next one.
  private func tell(since start: Duration, isFull: Bool, drift: Int) {
    let now = time.now()
    var round = RoundReport()
    round.duration = now - start
    round.isFull = isFull
    round.kernelError = kernelError
    round.kernelFailures = kernelFailures
    round.driftOperations = drift
    if kernelError == nil && !core.hasWork {
      round.changes = changes
      changes = QueuedChanges()
      round.inForce = core.takeChangesInForce(now: now)
    }
    round.operations = operations
    operations = OperationTally()
    round.drainsEnded = core.takeDrainsEnded()
    round.state = core.counts
    observer(.round(round))
    let healthChecks = core.takeHealthCheckChanges()
    if !healthChecks.isEmpty { observer(.healthChecks(healthChecks)) }
  }

  /// - Returns: whether the kernel could be prepared and read whole.
  private func observe() async -> Bool {
    do throws(KernelError) {
      let state = try await kernel.observe()
      announce(try await kernel.prepare())
      core.adopt(state)
      kernelError = nil
      kernelFailures = 0
      nextResync = time.now() + configuration.syncPeriod
      return true
    } catch {
      kernelError = error
      kernelFailures += 1
      report(.kernelUnreadable(error))
      nextResync =
        time.now()
        + configuration.kernelBackoff.delay(attempt: kernelFailures, jitter: configuration.jitter())
      return false
    }
  }

  /// A warning that stands is told once, and again if it comes back.
  private func announce(_ notices: [Notice]) {
    for notice in notices where !standingWarnings.contains(notice) { report(.notice(notice)) }
    standingWarnings = Set(notices.filter { $0.severity == .warning })
  }

  private func carryOut(_ plan: Plan) async {
    var progress = ChunkProgress(plan)
    for step in PlanStep.allCases where !plan[step].isEmpty {
      let operations = core.runnable(plan[step], &progress, now: time.now(), jitter: configuration.jitter)
      if operations.isEmpty { continue }
      let results = await kernel.apply(operations)
      for (operation, error) in zip(operations, results) { self.operations.count(operation, error) }
      let events = core.record(
        operations, results, &progress, now: time.now(), jitter: configuration.jitter)
      for event in events { report(event) }
    }
    for event in core.finish(progress) { report(event) }
    forgetFlows(core.takeFreshFlows())
  }

  /// The search through conntrack takes long on a busy node: changes don't wait for it.
  private func forgetFlows(_ ids: [VirtualServerID]) {
    if ids.isEmpty { return }
    flowsToForget += ids
    guard forgetting == nil else { return }
    forgetting = Task {
      while !flowsToForget.isEmpty {
        let batch = flowsToForget
        flowsToForget = []
        for (family, ids) in Dictionary(grouping: batch, by: \.family) { await forget(ids, family) }
      }
      forgetting = nil
    }
  }

  private func forget(_ ids: [VirtualServerID], _ family: IPFamily) async {
    let start = time.now()
    do throws(KernelError) {
      let deleted = try await kernel.forgetUDPFlows(of: ids)
      observer(.flowSearch(FlowSearch(family: family, duration: time.now() - start, deleted: deleted)))
    } catch {
      report(.flowsKept(ids, error))
    }
  }

  private func countDrains(_ due: [VirtualServerID], now: Duration) async {
    do throws(KernelError) {
      core.record(connections: try await kernel.connections(of: due), now: now)
    } catch {
      report(.kernelUnreadable(error))
      core.record(connections: nil, now: now)
    }
  }

  /// The last look of a single round: what has no connections left needn't wait for the timer.
  private func endIdleDrains() async {
    let due = core.drainingVirtualServers
    if due.isEmpty { return }
    await countDrains(due, now: time.now())
    while core.hasWork { await carryOut(core.nextChunk(now: time.now())) }
  }

  private func takeInbox() {
    for (batch, arrived) in inbox {
      core.ingest(batch, arrived: arrived).forEach(report)
      changes += QueuedChanges(batch)
    }
    inbox.removeAll(keepingCapacity: true)
  }

  // MARK: - Waiting

  private func nextWakeUp() -> Duration? {
    // A kernel that refuses is asked again when its backoff says so, whatever else is due.
    if kernelError != nil { return nextResync }
    return [core.nextDeadline(), nextResync].compactMap { $0 }.min()
  }

  private func signal() {
    wasSignalled = true
    waiter?.resume()
    waiter = nil
  }

  private func wait() async {
    let deadline = nextWakeUp()
    if wasSignalled || Task.isCancelled {
      wasSignalled = false
      return
    }
    let time = self.time
    let timer = deadline.map { deadline in
      Task {
        if (try? await time.sleep(until: deadline)) != nil { self.signal() }
      }
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter = $0 }
    } onCancel: {
      Task { await self.signal() }
    }
    timer?.cancel()
    wasSignalled = false
  }
}

/// How a single round ended.
public struct Convergence: Sendable {
  public let failures: [Failure]
  /// Why the kernel could not be read or prepared at all.
  public let kernelError: KernelError?
  /// Real servers that still finish connections.
  public let draining: Int

  init(failures: [Failure] = [], kernelError: KernelError? = nil, draining: Int = 0) {
    self.failures = failures
    self.kernelError = kernelError
    self.draining = draining
  }

  public var isComplete: Bool { failures.isEmpty && kernelError == nil }
}
