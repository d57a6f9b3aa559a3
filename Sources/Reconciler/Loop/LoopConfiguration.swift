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
