import Addressing
import Reconciler
import Testing

@testable import Monitoring

/// The truth table of /healthz and /livez, with a sync period of 30 s.
@Suite struct NodeHealthTests {
  private func moment(_ seconds: Int) -> Moment {
    Moment(elapsed: .seconds(seconds), wall: .seconds(1_795_227_157 + seconds))
  }

  private func health(_ eligibility: NodeEligibility = .eligible) -> NodeHealth {
    NodeHealth(
      families: [.ipv6, .ipv4], syncPeriod: .seconds(30), eligibility: eligibility, now: moment(0))
  }

  private func round(_ change: (inout RoundReport) -> Void = { _ in }) -> LoopObservation {
    var round = RoundReport()
    change(&round)
    return .round(round)
  }

  private func refused(_ times: Int) -> LoopObservation {
    round {
      $0.kernelError = KernelError(.rules, errno: 0, object: "iptables-restore")
      $0.kernelFailures = times
    }
  }

  private func statuses(_ health: NodeHealth, at seconds: Int) -> [Int] {
    [health.healthz(now: moment(seconds)).status, health.livez(now: moment(seconds)).status]
  }

  @Test func aStartIsHealthyForTwoSyncPeriods() {
    let health = health()
    #expect(statuses(health, at: 60) == [200, 200])
    #expect(statuses(health, at: 61) == [503, 503])
    #expect(health.problems(now: moment(61)) == [.noRound(.seconds(61))])
  }

  @Test func eachRoundBuysTwoSyncPeriods() {
    var health = health()
    health.observe(round(), now: moment(100))
    #expect(statuses(health, at: 160) == [200, 200])
    #expect(statuses(health, at: 161) == [503, 503])
    health.observe(round(), now: moment(170))
    #expect(statuses(health, at: 171) == [200, 200])
  }

  @Test func aChangeMayWaitForTwoSyncPeriods() {
    var health = health()
    health.observe(round(), now: moment(0))
    health.observe(.queued(QueuedChanges(services: 1)), now: moment(10))
    health.observe(refused(1), now: moment(60))
    health.observe(.queued(QueuedChanges(services: 1)), now: moment(65))
    #expect(health.problems(now: moment(70)) == [.noRound(.seconds(70))])
    #expect(health.problems(now: moment(71)).first == .changeWaits(.seconds(61)))
    health.observe(round(), now: moment(72))
    #expect(health.problems(now: moment(72)).isEmpty)
  }

  @Test func aKernelMayRefuseTwiceInARow() {
    var health = health()
    health.observe(round(), now: moment(1))
    for (times, expected) in [(1, 200), (2, 200), (3, 503), (4, 503)] {
      health.observe(refused(times), now: moment(2))
      #expect(statuses(health, at: 2) == [expected, expected])
    }
    health.observe(round(), now: moment(3))
    #expect(statuses(health, at: 3) == [200, 200])
  }

  @Test(arguments: [
    (services: 10, failing: 1, 200), (1, 1, 200), (2, 1, 200), (3, 2, 503), (4, 2, 200), (100, 50, 200),
    (100, 51, 503),
  ]) func oneServiceThatFailsIsNoneOfItsBusinessButMostAre(services: Int, failing: Int, status: Int) {
    var health = health()
    health.observe(
      round {
        $0.state.desired.services = services
        $0.state.failingServices = failing
      }, now: moment(1))
    #expect(statuses(health, at: 1) == [status, status])
  }

  @Test(arguments: [(2, 2, 200), (3, 3, 503), (10, 5, 200), (10, 6, 503)])
  func mostAddressesThatFailMeanThatTheDeviceIsUnusable(total: Int, failing: Int, status: Int) {
    var health = health()
    health.observe(
      round {
        $0.state.desired.addresses = FamilyCounts(ipv4: total)
        $0.state.failingAddresses = failing
      }, now: moment(1))
    #expect(statuses(health, at: 1) == [status, status])
  }

  @Test func eligibilityCountsForHealthzOnly() {
    #expect(statuses(health(.ineligible), at: 1) == [503, 200])
    #expect(NodeEligibility(isBeingDeleted: false, taintKeys: ["other"]) == .eligible)
    #expect(NodeEligibility(isBeingDeleted: true, taintKeys: [String]()) == .ineligible)
    #expect(
      NodeEligibility(isBeingDeleted: false, taintKeys: ["a", "ToBeDeletedByClusterAutoscaler"])
        == .ineligible)
    #expect(NodeEligibility.unknownNode(fromManifests: false) == .ineligible)
    #expect(NodeEligibility.unknownNode(fromManifests: true) == .eligible)
  }
}

@Suite struct HealthDocumentTests {
  private func family(_ family: IPFamily, _ time: Duration?) -> HealthReport.Family {
    HealthReport.Family(family: family, lastUpdated: time, isHealthy: true)
  }

  private let second: Duration = .seconds(1_795_227_155) + .nanoseconds(487_827_655)

  @Test func healthzIsKubeProxysByteForByte() throws {
    let report = HealthReport(
      lastUpdated: .seconds(1_795_227_157) + .nanoseconds(845_228_778),
      currentTime: .seconds(1_795_227_157) + .nanoseconds(836_122_751), nodeEligible: true, isHealthy: true,
      families: [
        family(.ipv4, second), family(.ipv6, .seconds(1_795_227_156) + .nanoseconds(655_396_997)),
      ])
    #expect(report.json == (try body(of: "healthz.txt")))
  }

  @Test func livezIsKubeProxysByteForByte() throws {
    let report = HealthReport(
      lastUpdated: .seconds(1_795_227_161) + .nanoseconds(973_214_140),
      currentTime: .seconds(1_795_227_161) + .nanoseconds(972_811_366), nodeEligible: nil, isHealthy: true,
      families: [
        family(.ipv4, second), family(.ipv6, .seconds(1_795_227_156) + .nanoseconds(655_396_997)),
      ])
    #expect(report.json == (try body(of: "livez.txt")))
  }

  @Test func withoutAnyRoundTheTimeIsGosZero() {
    let start = Moment(elapsed: .zero, wall: .seconds(1_000_000_000))
    let health = NodeHealth(families: [.ipv4], syncPeriod: .seconds(30), eligibility: .ineligible, now: start)
    #expect(
      health.healthz(now: start).json
        == "{\"lastUpdated\":\"0001-01-01T00:00:00Z\",\"currentTime\":\"2001-09-09T01:46:40Z\",\"nodeEligible\":false,"
        + "\"healthy\":false,\"status\":{\"IPv4\":{\"lastUpdated\":\"0001-01-01T00:00:00Z\",\"healthy\":true}}}"
    )
  }

  @Test func aHealthCheckPortAnswersAsKubeProxysByteForByte() throws {
    let answer = HealthCheckAnswer(
      service: ServiceKey(namespace: "feat", name: "lb-local"), localEndpoints: 1, isProxyHealthy: true)
    #expect(answer.json == (try body(of: "healthcheck-nodeport-30990.txt")))
    #expect(answer.status == 200)
  }

  @Test(arguments: [(1, false, 503), (0, true, 503), (0, false, 503), (3, true, 200)])
  func aHealthCheckPortNeedsEndpointsAndAServedNode(count: Int, isHealthy: Bool, status: Int) {
    let service = ServiceKey(namespace: "feat", name: "lb-local")
    #expect(
      HealthCheckAnswer(service: service, localEndpoints: count, isProxyHealthy: isHealthy).status == status)
  }

  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (1_795_227_159, "Sat, 21 Nov 2026 02:12:39 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
    (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
  ]) func datesFollowTheCalendar(seconds: Int, text: String) {
    #expect(CalendarTime(.seconds(seconds)).httpDate == text)
  }

  @Test func aStatusPageTellsHowLongTheProgramRuns() {
    let page = StatusPage(
      version: "1.2.3", started: .seconds(1_000_000_000), now: .seconds(1_000_003_725),
      lines: [StatusPage.Line("Kernel", "6.1.0")])
    #expect(
      page.text.contains(
        "Started: 2001-09-09T01:46:40Z\nUp: 1 hr 2 min 5 sec\nBinary version: 1.2.3\nKernel: 6.1.0\n"))
  }
}
