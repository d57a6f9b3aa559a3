import Addressing
import Reconciler

/// What only the process knows.
public struct ProcessFacts: Sendable {
  public var process: ProcessStatus?
  public var source: [SourceStatus]
  /// Why the node is not served, in sentences.
  public var healthProblems: [String]
  public var lastRound: RoundStatus?
  public var drift: DriftStatus

  public init(
    process: ProcessStatus?, source: [SourceStatus], healthProblems: [String], lastRound: RoundStatus?,
    drift: DriftStatus
  ) {
    self.process = process
    self.source = source
    self.healthProblems = healthProblems
    self.lastRound = lastRound
    self.drift = drift
  }
}

extension HealthStatus {
  public init(_ facts: HealthFacts, _ process: ProcessFacts) {
    self.process = process.process
    isSourceSynced = facts.isComplete
    source = process.source
    lastRound = process.lastRound
    counts = Counts(facts.counts)
    failures = facts.failures.map(FailureStatus.init)
    conflicts = facts.conflicts.map {
      ConflictStatus(virtualServer: "\($0.id)", heldBy: "\($0.winner)", wantedBy: "\($0.loser)")
    }
    refusedAddresses = facts.refusals.map {
      RefusedAddress(
        service: "\($0.service)", address: "\($0.refusal.address)", reason: "\($0.refusal.why)")
    }
    drift = process.drift
    problems = process.healthProblems + Self.problems(facts, process)
    isHealthy = problems.isEmpty
  }

  private static func problems(_ facts: HealthFacts, _ process: ProcessFacts) -> [String] {
    var problems: [String] = []
    if !facts.isComplete {
      let kept = facts.leftovers == 0 ? "" : ", \(facts.leftovers) objects that nobody asks for are kept"
      problems.append("Services have not been read whole: nothing is removed until then\(kept)")
    }
    if !facts.hasObserved { problems.append("the kernel has not been read yet") }
    for source in process.source {
      if let problem = source.problem { problems.append("\(source.name): \(problem)") }
    }
    if let problem = process.lastRound?.problem { problems.append("the last round was given up: \(problem)") }
    if facts.counts.failing > 0 {
      let objects = facts.counts.failing == 1 ? "1 object" : "\(facts.counts.failing) objects"
      problems.append("\(objects) can't be brought into force; tried again with pauses of up to 30 s")
    }
    return problems
  }
}

extension HealthStatus.Counts {
  fileprivate init(_ counts: CoreCounts) {
    self.init(
      services: counts.desired.services, virtualServers: counts.desired.virtualServers.total,
      realServers: counts.desired.realServers.total, addresses: counts.desired.addresses.total,
      draining: counts.draining, pending: counts.pending, failing: counts.failing,
      conflicts: counts.desired.conflicts, refusedAddresses: counts.desired.refusedAddresses)
  }
}

extension FailureStatus {
  fileprivate init(_ facts: HealthFacts.Failing) {
    let failure = facts.failure
    self.init(
      object: "\(failure.object)", operation: failure.operation.map(\.description), error: "\(failure.error)",
      errno: failure.error.errno, service: failure.service.map(\.description), attempts: failure.attempts,
      retryInSeconds: facts.retryIn.inSeconds)
  }
}
