import Testing

@testable import Kubernetes

@Suite struct ScalarValueTests {
  @Test(arguments: [
    ("80", ScalarValue.integer(80)), ("0x50", .integer(80)), ("010", .integer(8)), ("0o10", .integer(8)),
    ("-1", .integer(-1)), ("1_000", .integer(1000)), ("0b11", .integer(3)), ("0", .integer(0)),
    ("80.5", .otherNumber), ("1e3", .otherNumber), ("99999999999999999999", .otherNumber),
    ("089", .otherNumber),
    ("yes", .bool(true)), ("Off", .bool(false)), ("true", .bool(true)),
    ("", .null), ("~", .null), ("null", .null),
    ("10.96.0.10", .string), ("fd00::1", .string), ("web", .string), ("-", .string), ("0x", .string),
    ("2026-11-21", .string), ("1.2.3", .string), ("e5", .string), ("+", .string),
  ])
  func plainScalarsHaveYAML11Types(_ text: String, _ expected: ScalarValue) {
    #expect(ScalarValue(plain: text) == expected)
  }

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
