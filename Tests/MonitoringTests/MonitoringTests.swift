import Testing

@testable import Monitoring

@Suite struct ExpositionTests {
  @Test(arguments: [
    (0.0, "0"), (1, "1"), (-1.5, "-1.5"), (4095, "4095"), (100_000, "100000"), (1_000_000, "1e+06"),
    (1_048_576, "1.048576e+06"), (1_795_227_109.1925728, "1.7952271091925728e+09"),
    (0x1p64, "1.8446744073709552e+19"), (0.001, "0.001"), (0.0001, "0.0001"), (0.000_012, "1.2e-05"),
    (16.384, "16.384"), (19.95, "19.95"), (0.1 + 0.2, "0.30000000000000004"),
    (Double.leastNonzeroMagnitude, "5e-324"),
    (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
  ]) func numbersAreWrittenAsGoDoes(value: Double, text: String) {
    #expect(ExpositionText.number(value) == text)
  }

  @Test(arguments: 0..<500 as Range<UInt64>) func numbersReadBackAsTheSame(seed: UInt64) {
    let value = Double(bitPattern: seed &* 0x9E37_79B9_7F4A_7C15)
    if value.isFinite { #expect(Double(ExpositionText.number(value)) == value) }
  }

  @Test func theTextIsSortedAndEscaped() async {
    let registry = MetricsRegistry()
    let requests = registry.counter("b_total", help: "Two\nlines \\ \"quoted\".", labels: ["z", "a"])
    requests.with("1", "say \"hi\"\n\\").increment()
    requests.with("0", "x").increment(by: 2.5)
    registry.gauge("a_bytes", help: "First.").set(7)
    #expect(
      await registry.scrape() == """
        # HELP a_bytes First.
        # TYPE a_bytes gauge
        a_bytes 7
        # HELP b_total Two\\nlines \\\\ "quoted".
        # TYPE b_total counter
        b_total{a="say \\"hi\\"\\n\\\\",z="1"} 1
        b_total{a="x",z="0"} 2.5

        """)
  }

  @Test func bucketsAreCumulativeAndHoldTheirBounds() async {
    let registry = MetricsRegistry()
    let histogram = registry.histogram("h_seconds", help: "H.", labels: ["f"], bounds: [0.5, 1]).with("x")
    for value in [0.5, 0.75, 1, 9, .nan] { histogram.observe(value) }
    #expect(
      await registry.scrape() == """
        # HELP h_seconds H.
        # TYPE h_seconds histogram
        h_seconds_bucket{f="x",le="0.5"} 1
        h_seconds_bucket{f="x",le="1"} 3
        h_seconds_bucket{f="x",le="+Inf"} 4
        h_seconds_sum{f="x"} 11.25
        h_seconds_count{f="x"} 4

        """)
  }

  @Test func aFamilyWithoutSeriesIsLeftOut() async {
    let registry = MetricsRegistry()
    _ = registry.counter("a_total", help: "A.", labels: ["code"])
    #expect(await registry.scrape() == "")
  }

  @Test func counterNeverGoesDown() {
    let counter = MetricsRegistry().counter("a_total", help: "A.")
    counter.increment(by: 3)
    counter.increment(by: -2)
    #expect(counter.current == 3)
  }

  @Test func sameLabelsAreTheSameSeriesWhoeverAsks() async {
    let family = MetricsRegistry().counter("a_total", help: "A.", labels: ["code"])
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<1000 { family.with("200").increment() } }
      }
    }
    #expect(family.with("200").current == 8000)
  }

  @Test func collectorsRunBeforeEachScrape() async {
    let registry = MetricsRegistry()
    let gauge = registry.gauge("a_files", help: "A.")
    registry.beforeScrape { gauge.add(1) }
    _ = await registry.scrape()
    #expect(await registry.scrape().hasSuffix("a_files 2\n"))
  }
}
