import Testing

@testable import Kubernetes

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-11-21T02:25:21Z", 1_795_227_921),
    ("2026-11-21T04:25:21.123456+02:00", 1_795_227_921), ("2024-02-29T12:00:00z", 1_709_208_000),
    ("1969-12-31T23:59:59Z", -1),
  ])
  func timestampsAreSecondsSince1970(_ text: String, _ expected: Int64) {
    #expect(Timestamp.seconds(text) == expected)
  }

  @Test(arguments: [
    "", "2026-11-21", "2026-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2026-11-21T24:00:00Z",
    "2026-11-21T02:25:21",
    "2026-11-21T02:25:21.Z", "2026-11-21 02:25:21Z", "2026-11-21T02:25:21+0200", "x026-11-21T02:25:21Z",
  ])
  func otherTextIsNoTimestamp(_ text: String) {
    #expect(Timestamp.seconds(text) == nil)
  }
}
