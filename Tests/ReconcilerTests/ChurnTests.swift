import KernelFakes
import Reconciler
import Testing

/// What a thousand changes a second have to wait for, while the kernel is filled, read and compared: in simulated time,
/// over a kernel that takes as long as a real one.
@Suite(.timeLimit(.minutes(5))) struct ChurnTests {
  /// A piece of work in flight: at most 500 messages of 75 µs and what a chunk may have more of addresses, or a part
  /// of 200 dumps of 250 µs. Then the changes that came meanwhile, one a millisecond, each an operation or two.
  private let bound = Duration.milliseconds(60)

  private func settings(_ change: (inout Churn.Settings) -> Void) -> Churn.Settings {
    var settings = Churn.Settings()
    settings.syncPeriod = .seconds(1)
    settings.start = .seconds(20)
    change(&settings)
    return settings
  }

  private func expectOrder(_ report: Churn.Report, batches: Int = 60) {
    #expect(report.unfinished == 0)
    #expect(report.final == report.expected)
    // What came while a piece was in flight.
    #expect(report.longest.batches <= batches)
  }

  @Test func noChangeWaitsForMoreThanThePieceInFlight() async throws {
    let report = await Churn(settings { $0.changes = 3000 }).run()
    expectOrder(report)
    #expect(report.waits.count == 3000)
    #expect(try #require(report.waits.last) <= bound)
    #expect(report.readings > 20, "resyncs while changes come")
    // Virtual servers whose last drain has ended wait with what changes leave.
    #expect(report.longest.objects <= 1000)
  }

  /// The question is worth asking: with the kernel read in one go the answer is another.
  @Test func aKernelReadInOneGoHoldsChangesBack() async throws {
    let report = await Churn(
      settings {
        $0.readLimit = .max
        $0.changes = 2000
      }
    ).run()
    expectOrder(report, batches: 300)
    #expect(try #require(report.waits.last) > bound * 3)
  }

  @Test func noChangeWaitsForAColdStart() async throws {
    let report = await Churn(
      settings {
        $0.services = 2000
        $0.start = .milliseconds(100)
        $0.changes = 2000
      }
    ).run()
    expectOrder(report)
    #expect(report.waits.count == 2000)
    #expect(try #require(report.waits.last) <= bound)
  }

  @Test func aHundredthOfAllWritesFailingHoldsBackNoOtherChange() async throws {
    let report = await Churn(
      settings {
        $0.failureRate = 0.01
        $0.changes = 3000
        $0.rest = .seconds(120)
      }
    ).run()
    expectOrder(report)
    // What fails is tried again after 100 ms, and what meets it waits along: few of the hundredth meet another.
    let late = report.waits.filter { $0 > bound }
    #expect(late.count * 20 <= report.waits.count)
    #expect(report.longest.objects <= 1000)
  }
}
