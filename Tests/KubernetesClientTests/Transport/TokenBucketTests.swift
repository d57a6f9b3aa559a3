import SeededGenerator
import Testing

@testable import KubernetesClient

@Suite struct TokenBucketTests {
  @Test(
    arguments: [
      (0, 0, 5, 10), (20, 40, 20, 40), (0.5, 1, 0.5, 1), (-1, 0, nil, 10), (5, -3, 5, 10), (.nan, 1, nil, 1),
    ] as [(Double, Int, Double?, Int)])
  func theLimitIsReadAsClientGoReadsIt(qps: Double, burst: Int, rate: Double?, effectiveBurst: Int) {
    let limit = RequestLimit(qps: qps, burst: burst)
    #expect(limit.rate == rate)
    #expect(limit.burst == effectiveBurst)
  }

  @Test func aBurstPassesThenTheRateHolds() {
    var bucket = TokenBucket(rate: 2, burst: 3, now: .zero)
    let ready = (0..<6).map { _ in bucket.reserve(now: .zero) }
    #expect(
      ready == [.zero, .zero, .zero, .milliseconds(500), .milliseconds(1000), .milliseconds(1500)])
  }

  @Test(arguments: 1...20) func noWindowHoldsMoreThanBurstAndRate(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rate = Double.random(in: 0.5...20, using: &random)
    let burst = Int.random(in: 1...15, using: &random)
    var bucket = TokenBucket(rate: rate, burst: burst, now: .zero)
    var now = Duration.zero
    var taken: [Duration] = []
    for _ in 0..<500 {
      now += .milliseconds(Int.random(in: 0...200, using: &random))
      if bucket.take(now: now) { taken.append(now) }
    }
    for (index, begin) in taken.enumerated() {
      for (count, end) in taken[index...].enumerated() {
        #expect(Double(count + 1) <= Double(burst) + rate * ((end - begin) / .seconds(1)) + 1e-6)
      }
    }
    #expect(taken.count >= min(burst, 500))
  }
}
