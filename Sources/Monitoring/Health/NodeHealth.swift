import Addressing
import Reconciler

/// Whether this node is served. A value: it is told what happens, with the time, and can be asked at any time.
///
/// kube-proxy's rule: changes are in force within two sync periods. And what its health never told: that the kernel
/// refuses, or refuses most of what is wanted. One Service that can't be programmed leaves the node healthy; it shows
/// in metrics, log and events. Before the first round the node is healthy: what an earlier run left still serves.
public struct NodeHealth: Sendable {
  /// Why the node is not served.
  public enum Problem: Hashable, Sendable {
    case changeWaits(Duration)
    case noRound(Duration)
    /// The kernel couldn't be prepared or read this many times in a row.
    case kernelRefuses(KernelError, times: Int)
    case mostServicesFail(Int, of: Int)
    case mostAddressesFail(Int, of: Int)
  }

  private static let refusalsTolerated = 2

  private let families: [IPFamily]
  private let timeout: Duration
  private let started: Duration
  public var eligibility: NodeEligibility
  /// The oldest change that no completed round has taken up.
  private var pendingSince: Duration?
  private var lastRound: Moment?
  private var refusal: (error: KernelError, times: Int)?
  private var counts = CoreCounts()

  /// - Parameters:
  ///   - families: those that are served.
  ///   - syncPeriod: between two full rounds.
  ///   - eligibility: as long as nothing else is said.
  ///   - now: the start.
  public init(
    families: some Sequence<IPFamily>, syncPeriod: Duration, eligibility: NodeEligibility, now: Moment
  ) {
    self.families = families.sorted()
    timeout = syncPeriod * 2
    started = now.elapsed
    self.eligibility = eligibility
  }

  public mutating func observe(_ observation: LoopObservation, now: Moment) {
    switch observation {
    case .queued: pendingSince = pendingSince ?? now.elapsed
    case .round(let round):
      refusal = round.kernelError.map { ($0, round.kernelFailures) }
      counts = round.state
      guard round.kernelError == nil else { return }
      pendingSince = nil
      lastRound = now
    case .healthChecks, .flowSearch: break
    }
  }

  /// Empty when the node is served.
  public func problems(now: Moment) -> [Problem] {
    var problems: [Problem] = []
    if let waiting = pendingSince.map({ now.elapsed - $0 }), waiting > timeout {
      problems.append(.changeWaits(waiting))
    }
    let silence = now.elapsed - (lastRound?.elapsed ?? started)
    if silence > timeout { problems.append(.noRound(silence)) }
    if let refusal, refusal.times > Self.refusalsTolerated {
      problems.append(.kernelRefuses(refusal.error, times: refusal.times))
    }
    // The ClusterIPs of one Service are two addresses at most.
    let (services, addresses) = (counts.desired.services, counts.desired.addresses.total)
    if counts.failingServices > 1, counts.failingServices * 2 > services {
      problems.append(.mostServicesFail(counts.failingServices, of: services))
    }
    if counts.failingAddresses > 2, counts.failingAddresses * 2 > addresses {
      problems.append(.mostAddressesFail(counts.failingAddresses, of: addresses))
    }
    return problems
  }

  /// /healthz: whether load balancers should use the node.
  public func healthz(now: Moment) -> HealthReport {
    report(now, isEligible: eligibility == .eligible)
  }

  /// /livez: whether the process does its work, wherever the node is in its life.
  public func livez(now: Moment) -> HealthReport { report(now, isEligible: nil) }

  private func report(_ now: Moment, isEligible: Bool?) -> HealthReport {
    let isServed = problems(now: now).isEmpty
    let isHealthy = isServed && isEligible ?? true
    return HealthReport(
      lastUpdated: isHealthy ? now.wall : lastRound?.wall, currentTime: now.wall, nodeEligible: isEligible,
      isHealthy: isHealthy,
      families: families.map {
        HealthReport.Family(family: $0, lastUpdated: lastRound?.wall, isHealthy: isServed)
      })
  }
}

extension NodeHealth.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .changeWaits(let time): "a change has been waiting for \(time.components.seconds) s"
    case .noRound(let time): "no round has ended for \(time.components.seconds) s"
    case .kernelRefuses(let error, let times): "the kernel has refused \(times) times in a row: \(error)"
    case .mostServicesFail(let count, let total): "\(count) of \(total) Services can't be put in force"
    case .mostAddressesFail(let count, let total): "\(count) of \(total) addresses can't be bound"
    }
  }
}
