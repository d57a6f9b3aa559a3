import Reconciler

/// A cold start of the core alone, on one thread: every operation is taken for done at once.
struct CoreRun {
  private var core: ReconcilerCore
  private var durations: [(name: String, duration: Duration)] = []

  init(_ core: ReconcilerCore) { self.core = core }

  struct Unfinished: Error { let left: Plan }

  /// Prints how long it took, and each part of it.
  /// - Throws: when something is left to do.
  mutating func start(from snapshot: Snapshot) throws {
    let changes = snapshot.changes
    let watch = Stopwatch()
    timed("ingest") { core in
      _ = core.ingest(InputBatch([.nodeAddresses([Snapshot.nodeAddress])], isComplete: false))
      _ = core.ingest(InputBatch(changes, isComplete: true))
    }
    timed("adopt") { $0.adopt(KernelState()) }
    var plan = Duration.zero
    var record = Duration.zero
    let clock = ContinuousClock()
    while core.hasWork {
      let start = clock.now
      let chunk = core.nextChunk(now: .zero)
      let planned = clock.now
      carryOut(chunk)
      plan += start.duration(to: planned)
      record += planned.duration(to: clock.now)
    }
    durations += [("plan", plan), ("record", record)]
    watch.print("core", details: durations)
    // Also that the compiler's optimiser left the objects what they are.
    let left = core.fullPlan(now: .zero)
    if !left.isEmpty { throw Unfinished(left: left) }
  }

  private mutating func timed(_ name: String, _ body: (inout ReconcilerCore) -> Void) {
    let start = ContinuousClock.now
    body(&core)
    durations.append((name, start.duration(to: .now)))
  }

  private mutating func carryOut(_ plan: Plan) {
    var progress = ChunkProgress(plan)
    for step in PlanStep.allCases where !plan[step].isEmpty {
      let operations = core.runnable(plan[step], &progress, now: .zero, jitter: { 0 })
      let results = [KernelError?](repeating: nil, count: operations.count)
      _ = core.record(operations, results, &progress, now: .zero, jitter: { 0 })
    }
    _ = core.finish(progress)
  }
}
