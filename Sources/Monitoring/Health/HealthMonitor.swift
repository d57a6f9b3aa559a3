import Reconciler
import Synchronization

/// The node's health for whoever tells and whoever asks, from any thread.
public final class HealthMonitor: Sendable {
  private let health: Mutex<NodeHealth>
  private let now: @Sendable () -> Moment

  /// - Parameters:
  ///   - health: as it is.
  ///   - now: the clocks.
  public init(_ health: NodeHealth, now: @escaping @Sendable () -> Moment = { Moment.now() }) {
    self.health = Mutex(health)
    self.now = now
  }

  public func observe(_ observation: LoopObservation) {
    let now = now()
    health.withLock { $0.observe(observation, now: now) }
  }

  public func set(_ eligibility: NodeEligibility) { health.withLock { $0.eligibility = eligibility } }

  public func healthz() -> HealthReport { health.withLock { $0 }.healthz(now: now()) }
  public func livez() -> HealthReport { health.withLock { $0 }.livez(now: now()) }
  public func problems() -> [NodeHealth.Problem] { health.withLock { $0 }.problems(now: now()) }
}
