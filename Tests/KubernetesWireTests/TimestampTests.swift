import Kubernetes
import SeededGenerator
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (1_795_231_413, "2026-11-21T03:23:33Z"), (-1, "1969-12-31T23:59:59Z"),
    (951_782_400, "2000-02-29T00:00:00Z"), (-62_167_219_200, "0000-01-01T00:00:00Z"),
    (253_402_300_799, "9999-12-31T23:59:59Z"),
  ])
  func secondsAreWrittenAsKubernetesDoes(_ seconds: Int64, _ text: String) {
    #expect(Timestamp.text(seconds) == text)
    #expect(Timestamp.seconds(text) == seconds)
  }

  @Test(arguments: [Int64.min, -62_167_219_201, 253_402_300_800, .max])
  func yearsWithoutFourDigitsHaveNoText(_ seconds: Int64) { #expect(Timestamp.text(seconds) == nil) }

  @Test(arguments: 0..<10)
  func writingAndReadingAreInverse(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let seconds = Int64.random(in: -62_167_219_200...253_402_300_799, using: &random)
      #expect(Timestamp.text(seconds).flatMap(Timestamp.seconds) == seconds)
    }
  }
}
