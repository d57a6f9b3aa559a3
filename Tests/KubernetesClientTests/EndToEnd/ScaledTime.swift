import Reconciler

/// Real time that runs faster: the client's seconds are fractions of ours, so that its patience is tested for real.
struct ScaledTime: TimeSource {
  private let factor: Int
  private let system = SystemTime()

  init(factor: Int) { self.factor = factor }

  func now() -> Duration { system.now() * factor }

  func sleep(until deadline: Duration) async throws {
    try await system.sleep(until: deadline / factor)
  }
}
