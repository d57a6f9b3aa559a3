import Durations
import SeededGenerator
import Testing

@Suite struct GoDurationTests {
  @Test(arguments: [
    ("30s", Duration.seconds(30)), ("1m30s", .seconds(90)), ("250ms", .milliseconds(250)),
    ("1.5h", .seconds(5400)), ("0", .zero), ("-5s", .seconds(-5)), ("+5s", .seconds(5)), ("-0", .zero),
    (".5s", .milliseconds(500)), ("1.s", .seconds(1)), ("2h22m", .seconds(8520)), ("3us", .microseconds(3)),
    ("3\u{B5}s", .microseconds(3)), ("1h1ns", .seconds(3600) + .nanoseconds(1)),
    ("0.3333333333333333333h", .nanoseconds(1_199_999_999_999)),
  ]) func durationsAreReadAsGoDoes(text: String, expected: Duration) {
    #expect(GoDuration.parse(text) == expected)
  }

  @Test(arguments: ["", "30", "s", "1x", "1..5s", "99999999999h", "-", "+", "5 s", ".s", "1s-", "--1s"])
  func otherTextIsNoDuration(text: String) {
    #expect(GoDuration.parse(text) == nil)
  }

  @Test(arguments: [
    (Duration.zero, "0s"), (.seconds(900), "15m0s"), (.seconds(3600), "1h0m0s"), (.seconds(86400), "24h0m0s"),
    (.milliseconds(1500), "1.5s"), (.milliseconds(250), "250ms"), (.microseconds(1500), "1.5ms"),
    (.nanoseconds(1_001), "1.001\u{B5}s"), (.nanoseconds(7), "7ns"), (.seconds(-90), "-1m30s"),
    (.seconds(5), "5s"),
  ]) func durationsAreWrittenAsGoDoes(duration: Duration, expected: String) {
    #expect(GoDuration.text(duration) == expected)
  }

  @Test(arguments: 0..<50) func whatIsWrittenIsReadAgain(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let duration = Duration.nanoseconds(
        Int64.random(in: -(1 << 60)...(1 << 60), using: &random) >> Int64.random(in: 0..<60, using: &random))
      #expect(GoDuration.parse(GoDuration.text(duration)) == duration)
    }
  }
}
