import Foundation
import SeededGenerator
import Testing

@testable import KubernetesWire

@Suite struct JSONReaderTests {
  private func read<Value: JSONValue>(_ json: String, _: Value.Type = Value.self) throws(FieldFlaw) -> Value {
    try read(Array(json.utf8))
  }

  private func read<Value: JSONValue>(_ json: [UInt8], _: Value.Type = Value.self) throws(FieldFlaw) -> Value
  {
    let result = json.withUnsafeBytes { bytes in
      Result { () throws(FieldFlaw) -> Value in try JSONReader.read(bytes) }
    }
    return try result.get()
  }

  @Test(arguments: [
    (#""""#, ""), (#" "a" "#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    (#""\u0041\u00e9""#, "Aé"),
    (#""\ud83d\ude00""#, "😀"), (#""é😀""#, "é😀"), (#""\u0000""#, "\0"),
    (#""seven77\"eight888\"nine99999\"""#, "seven77\"eight888\"nine99999\""),
  ])
  func stringsAreReadAsRFC8259HasThem(_ json: String, _ text: String) throws {
    #expect(try read(json) == text)
  }

  @Test(arguments: [
    #"""#, #""a"#, #""\"#, #""\x""#, #""\u12""#, #""\u12G4""#, #""\ud83d""#, #""\ud83dx""#,
    #""\ud83d\u0041""#,
    #""\ude00""#, "\"a\nb\"", "\"\u{1F}\"", #""a" "b""#, "'a'", "",
  ])
  func whatIsNoStringIsRefused(_ json: String) {
    #expect(throws: FieldFlaw("", "is no valid JSON")) { try read(json, String.self) }
  }

  @Test(
    arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]])
  func bytesThatAreNoUTF8AreRefused(_ bytes: [UInt8]) {
    #expect(throws: FieldFlaw("", "is no valid JSON")) { try read([0x22] + bytes + [0x22], String.self) }
  }

  @Test(arguments: [
    ("0", 0), ("-1", -1), ("2147483647", 2_147_483_647), ("-2147483648", -2_147_483_648), (" 7 ", 7),
  ])
  func wholeNumbersAreRead(_ json: String, _ number: Int32) throws {
    #expect(try read(json) == number)
  }

  @Test(arguments: [
    ("2147483648", "2147483648 is out of range"), ("1.5", "must be a whole number"),
    ("1e3", "must be a whole number"), ("\"1\"", "must be a whole number"),
    ("null", "must be a whole number, not null"), ("[1]", "must be a whole number"),
    ("01", "is no valid JSON"), ("-", "is no valid JSON"), ("1x", "is no valid JSON"),
    ("+1", "is no valid JSON"),
    ("nul", "is no valid JSON"), ("1 2", "is no valid JSON"),
  ])
  func otherNumbersAreRefused(_ json: String, _ reason: String) {
    #expect(throws: FieldFlaw("", reason)) { try read(json, Int32.self) }
  }

  @Test(arguments: [
    #"{"a":{"b":["x","y",1]}}"#, #"{"a":{"b":[ "x" , "y" , null ]}}"#, #"{"\u0061":{"b":["x","y",{}]}}"#,
  ])
  func theFlawTellsWhere(_ json: String) throws {
    let flaw = #expect(throws: FieldFlaw.self) { try read(json, [String: [String: [String]]].self) }
    #expect(flaw?.field == "a.b[2]")
  }

  @Test(arguments: [
    "{", "{}}", #"{"a"}"#, #"{"a":"b",}"#, #"{"a":"b" "c":"d"}"#, #"{,"a":"b"}"#, #"{a:"b"}"#, #"{"a":}"#,
  ])
  func anObjectThatIsNoneIsRefused(_ json: String) {
    #expect(throws: FieldFlaw("", "is no valid JSON")) { try read(json, [String: String].self) }
  }

  /// What nobody reads is passed over, whatever it is.
  @Test(arguments: 0..<200) func anyValueCanBeSkipped(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let json = "{\"unread\":\(Self.value(&random, depth: 5)) ,\"kind\":\"Service\"}"
    #expect(try read(json, WireTypeMeta.self).kind == "Service")
    // As wide as a word is, so that each of its bytes is the last one once.
    for padding in 0..<9 {
      var extent = JSONExtent()
      let bytes = Array((json + String(repeating: " ", count: padding)).utf8)
      #expect(bytes.withUnsafeBytes { extent.end(in: $0, from: 0) } == json.utf8.count)
    }
  }

  /// Foundation's decoder as the judge: texts of the same shape, damaged a little.
  @Test(arguments: 0..<400) func foundationReadsTheSame(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    // Each name once: of several, Foundation takes the first and Kubernetes the last.
    let members = (0..<5).map { "\"\($0)\(Self.string(&random).dropFirst()) : \(Self.string(&random))" }
    var bytes = Array("{\(members.joined(separator: ","))}".utf8)
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...127, using: &random)
    }
    let expected = try? JSONDecoder().decode([String: String].self, from: Data(bytes))
    #expect(
      (try? read(bytes, [String: String].self)) == expected, "\(String(decoding: bytes, as: UTF8.self))")
  }

  private static func string(_ random: inout SeededGenerator) -> String {
    let pieces = ["a", "é", "\\\"", "\\\\", "\\n", "\\u00e9", "\\ud83d\\ude00", "{", "]", ",", "0123456789"]
    return
      "\"\((0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined())\""
  }

  private static func value(_ random: inout SeededGenerator, depth: Int) -> String {
    let elements = (0..<Int.random(in: 0...3, using: &random)).map { _ in
      depth > 0 ? value(&random, depth: depth - 1) : "0"
    }
    switch Int.random(in: 0..<5, using: &random) {
    case 0: return string(&random)
    case 1: return ["null", "true", "-1.5e3", "12"].randomElement(using: &random) ?? "null"
    case 2: return "[\(elements.joined(separator: " , "))]"
    default: return "{\(elements.map { "\(string(&random)):\($0)" }.joined(separator: ","))}"
    }
  }
}
