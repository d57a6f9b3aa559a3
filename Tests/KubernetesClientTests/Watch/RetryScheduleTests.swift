import Testing

@testable import KubernetesClient

@Suite struct RetryScheduleTests {
  @Test func delaysDoubleUpToThirtySecondsAndAreSpread() {
    var early = RetrySchedule()
    var late = RetrySchedule()
    var delays: [(Duration, Duration)] = []
    for second in 0..<8 {
      let now = Duration.seconds(second)
      delays.append((early.fail(at: now, jitter: 0).delay, late.fail(at: now, jitter: 0.999).delay))
    }
    #expect(
      delays.map(\.0) == [0.8, 1.6, 3.2, 6.4, 12.8, 15, 15, 15].map { .milliseconds(Int64($0 * 1000)) })
    #expect(delays.allSatisfy { $0.1 > $0.0 * 1.9 && $0.1 <= .seconds(30) })
  }

  @Test func healthyPeriodBeginsAnew() {
    var schedule = RetrySchedule()
    for second in 0..<5 { _ = schedule.fail(at: .seconds(second), jitter: 0) }
    _ = schedule.succeed(at: .seconds(10))
    let soon = schedule.fail(at: .seconds(60), jitter: 0).delay
    #expect(soon == .seconds(15))
    _ = schedule.succeed(at: .seconds(70))
    let later = schedule.fail(at: .seconds(190), jitter: 0).delay
    #expect(later == .milliseconds(800))
  }

  @Test func longOutageIsNoHealthyPeriod() {
    var schedule = RetrySchedule()
    for round in 0..<10 { _ = schedule.fail(at: .seconds(round * 200), jitter: 0) }
    let last = schedule.fail(at: .seconds(5000), jitter: 0).delay
    #expect(last == .seconds(15))
    #expect(schedule.failuresInARow == 11)
  }

  @Test func anHourWithoutServerIsToldADozenTimes() {
    var schedule = RetrySchedule()
    var now = Duration.zero
    var told = 0
    while now < .seconds(3600) {
      let (delay, tell) = schedule.fail(at: now, jitter: 0.5)
      if tell { told += 1 }
      now += delay
    }
    #expect((6...12).contains(told))
    let outage = schedule.succeed(at: now)
    #expect(outage == now)
    let again = schedule.succeed(at: now)
    #expect(again == nil)
  }

  @Test func serverThatBreaksOffEachSecondIsNotToldEachSecond() {
    var schedule = RetrySchedule()
    var told = 0
    var recovered = 0
    for second in 0..<3600 {
      if schedule.fail(at: .seconds(second), jitter: 0).tell { told += 1 }
      if schedule.succeed(at: .seconds(second) + .milliseconds(100)) != nil { recovered += 1 }
    }
    #expect((6...12).contains(told))
    #expect(recovered == told)
  }

  @Test func serversWishIsHonouredWithinReason() {
    var schedule = RetrySchedule()
    let wish = schedule.fail(at: .zero, retryAfter: .seconds(40), jitter: 0).delay
    #expect(wish == .seconds(40))
    let whim = schedule.fail(at: .zero, retryAfter: .seconds(86_400), jitter: 0).delay
    #expect(whim == .seconds(300))
  }
}
