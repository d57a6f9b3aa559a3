import Testing

@testable import KubernetesClient

@Suite struct EventSeriesTests {
  private static func report(_ note: String = "n", on name: String = "web") -> EventReport {
    EventReport(
      on: .init(apiVersion: "v1", kind: "Service", namespace: "default", name: name, uid: "u"),
      reason: "Refused",
      action: "Bind", note: note)
  }

  private let report = Self.report()

  @Test func theFirstReportIsAnEventAtOnceAndRepeatsWaitForTheInterval() throws {
    let series = SeriesUnderTest(now: .zero)
    #expect(series.add(report, now: .zero, wallTime: 1000))
    let first = try #require(series.due(now: .zero).first)
    guard case .create(let record) = first else {
      Issue.record("\(first)")
      return
    }
    #expect(record.count == 1)
    #expect(series.finish(record, .done, now: .zero) == false)
    for second in 1...100 {
      #expect(series.add(report, now: .seconds(second), wallTime: Int64(second) * 1000))
    }
    #expect(series.due(now: .seconds(359)) == [])
    var repeated = record
    repeated.count = 101
    repeated.lastSeen = 100_000
    #expect(series.due(now: .seconds(360)) == [.update(repeated)])
    #expect(series.finish(repeated, .done, now: .seconds(360)) == false)
    #expect(series.due(now: .seconds(5000)) == [])
  }

  @Test func afterALongSilenceTheNextReportIsANewEvent() throws {
    let series = SeriesUnderTest(now: .zero)
    series.add(report, now: .zero, wallTime: 1)
    guard case .create(let old)? = series.due(now: .zero).first else { throw Unexpected() }
    series.finish(old, .done, now: .zero)
    series.due(now: .seconds(1800))
    series.add(report, now: .seconds(1801), wallTime: 1_801)
    guard case .create(let new)? = series.due(now: .seconds(1801)).first else { throw Unexpected() }
    #expect(new.name != old.name)
    #expect(new.count == 1)
  }

  @Test func failuresAreRetriedAndGivenUp() throws {
    let series = SeriesUnderTest(now: .zero)
    series.add(report, now: .zero, wallTime: 1)
    var now = Duration.zero
    for attempt in 1...12 {
      guard case .create(let record)? = series.due(now: now).first else { throw Unexpected() }
      #expect(series.finish(record, .failed, now: now) == (attempt == 12))
      #expect(series.due(now: now + .seconds(29)) == [])
      now += .seconds(30)
    }
    #expect(series.due(now: now) == [])
  }

  @Test func anEventThatIsGoneIsMadeAnewWithItsCount() throws {
    let series = SeriesUnderTest(now: .zero)
    series.add(report, now: .zero, wallTime: 1)
    guard case .create(let record)? = series.due(now: .zero).first else { throw Unexpected() }
    series.finish(record, .done, now: .zero)
    series.add(report, now: .seconds(1), wallTime: 2)
    guard case .update(let update)? = series.due(now: .seconds(360)).first else { throw Unexpected() }
    series.finish(update, .gone, now: .seconds(360))
    #expect(series.due(now: .seconds(360)) == [.create(update)])
    #expect(update.count == 2)
  }

  @Test func eachObjectAndAllTogetherAreLimited() {
    let series = SeriesUnderTest(now: .zero)
    let one = (0..<40).filter { series.add(Self.report("n\($0)"), now: .zero, wallTime: 1) }
    #expect(one.count == 25)
    let others = (0..<40).filter { series.add(Self.report(on: "web-\($0)"), now: .zero, wallTime: 1) }
    #expect(others.count == 25)
    // Known ones go on counting.
    #expect(series.add(Self.report("n0"), now: .zero, wallTime: 1))
  }

  @Test func memoryIsBounded() {
    let series = SeriesUnderTest(limits: .init(records: 10, burst: 1000), now: .zero)
    let taken = (0..<50).filter { series.add(Self.report(on: "web-\($0)"), now: .zero, wallTime: 1) }
    #expect(taken.count == 10)
  }

  @Test func namesAreUniqueAndNeverTooLong() throws {
    let series = SeriesUnderTest(now: .zero)
    for number in 0..<20 { _ = series.add(Self.report("n\(number)"), now: .zero, wallTime: 255) }
    let names = series.due(now: .zero).compactMap { sending in
      if case .create(let record) = sending { record.name } else { nil }
    }
    #expect(Set(names).count == 20)
    #expect(names.contains("web.ff"))
    let long = String(repeating: "a", count: 230) + "." + String(repeating: "b", count: 22)
    #expect(EventSeries.name(long, .max).utf8.count <= 253)
    #expect(!EventSeries.name(String(repeating: "a", count: 236) + ".bbb", .max).contains(".."))
  }

  private struct Unexpected: Error {}

  /// A reference, so that expectations may change it.
  private final class SeriesUnderTest {
    private var series: EventSeries

    init(limits: EventSeries.Limits = .init(), now: Duration) {
      series = EventSeries(limits: limits, now: now)
    }

    @discardableResult
    func add(_ report: EventReport, now: Duration, wallTime: Int64) -> Bool {
      series.add(report, now: now, wallTime: wallTime)
    }

    @discardableResult
    func due(now: Duration) -> [EventSeries.Sending] { series.due(now: now) }

    @discardableResult
    func finish(_ record: EventRecord, _ outcome: EventSeries.Outcome, now: Duration) -> Bool {
      series.finish(record, outcome, now: now)
    }
  }
}
