import Addressing

/// Keeps the kernel equal to what is wanted: woken by changes, retries, drains and the sync period, it works in pieces
/// that take about as long as each other, one at a time: a chunk of operations, or a part of the kernel to read. Changes
/// are taken up between two pieces and go first. The only thing in the core that waits.
public actor ReconcileLoop {
  let kernel: any Kernel
  let configuration: LoopConfiguration
  let time: any TimeSource
  let report: @Sendable (CoreEvent) -> Void
  let observer: @Sendable (LoopObservation) -> Void

  var core: ReconcilerCore
  var inbox: [(batch: InputBatch, arrived: Duration)] = []
  /// Whether the last batch came from a source that had been read whole.
  private var isComplete = false
  var waiter: CheckedContinuation<Void, Never>?
  var wasSignalled = false
  var nextResync: Duration
  /// No resync begins before.
  var restEnd = Duration.zero
  /// When the resync that has not yet been told of began.
  var resyncStart: Duration?
  /// Whether what everything rests on has been made sure of in this resync.
  var isPrepared = false
  var kernelError: KernelError?
  var kernelFailures = 0
  var standingWarnings: Set<Notice> = []
  var operations = OperationTally()
  var driftOperations = 0
  var changes = QueuedChanges()
  var inForce = ChangesInForce()
  /// Virtual servers whose connections are being counted, part after part.
  var drainsToCount: ArraySlice<VirtualServerID> = []
  var addressesInFlight: StepInFlight?
  var flowsToForget: [VirtualServerID] = []
  var forgetting: Task<Void, Never>?

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

  /// Hands in changes; they are taken up when the piece of work that is under way has ended.
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
      if core.isResyncing { await resyncStep() } else { await wait() }
    }
  }

  /// One converged round: everything handed in so far is brought into force, failures are retried.
  /// - Parameter attempts: how often an object may fail before it is given up.
  /// - Returns: what could not be brought into force; empty when all of it was.
  public func converge(attempts: Int = 6) async -> Convergence {
    var hasEndedDrains = false
    while !Task.isCancelled {
      await round()
      if core.isResyncing {
        await resyncStep()
        continue
      }
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
    resolveAll()
    core.adopt(try await kernel.observe(core.configuration.resolver.families))
    return core.fullPlan(now: time.now())
  }

  func takeInbox() {
    for (batch, arrived) in inbox {
      core.take(batch, arrived: arrived).forEach(report)
      changes += QueuedChanges(batch)
    }
    inbox.removeAll(keepingCapacity: true)
  }
}
