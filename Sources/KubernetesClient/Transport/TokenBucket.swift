/// Lets through so many a second, and a burst after a quiet time. A value: the time is a parameter.
struct TokenBucket: Sendable {
  /// Tokens a second.
  let rate: Double
  let burst: Int
  /// Negative while reserved tokens are still to come.
  private var tokens: Double
  private var filledAt: Duration

  init(rate: Double, burst: Int, now: Duration) {
    self.rate = rate
    self.burst = burst
    tokens = Double(burst)
    filledAt = now
  }

  /// Takes a token if there is one.
  mutating func take(now: Duration) -> Bool {
    fill(now)
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }

  /// Takes a token that may be still to come. Returns when it is there; earlier reservations come first.
  mutating func reserve(now: Duration) -> Duration {
    fill(now)
    tokens -= 1
    return tokens >= 0 ? now : now + .seconds(-tokens / rate)
  }

  /// Whether it is as full as at the start.
  mutating func isFull(now: Duration) -> Bool {
    fill(now)
    return tokens >= Double(burst)
  }

  private mutating func fill(_ now: Duration) {
    guard now > filledAt else { return }
    tokens = min(Double(burst), tokens + (now - filledAt) / .seconds(1) * rate)
    filledAt = now
  }
}

/// How many requests a second may be sent: kube-proxy's `--kube-api-qps` and `--kube-api-burst`.
public struct RequestLimit: Sendable, Hashable {
  /// Requests a second; nil for no limit.
  public let rate: Double?
  public let burst: Int

  /// As client-go reads them (`rest.RESTClientForConfigAndClient`): 0 stands for the default, 5 a second and a burst of
  /// 10; below 0, or not a number, there is no limit.
  public init(qps: Double = 0, burst: Int = 0) {
    rate = qps == 0 ? 5 : qps > 0 && qps.isFinite ? qps : nil
    self.burst = burst > 0 ? burst : 10
  }
}
