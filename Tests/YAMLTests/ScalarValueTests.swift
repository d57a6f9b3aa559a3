import Testing
import YAML

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
}
