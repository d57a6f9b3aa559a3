import SeededGenerator
import Testing
import YAML

@Suite struct RefusalTests {
  @Test(arguments: [
    ("a: 1\nb: 2\nb: 3\na: 4\n", "has the key \"a\", \"b\" twice in one mapping", Mark(line: 1, column: 1)),
    ("x:\n  - {k: 1, 'k': 2}\n", "has the key \"k\" twice in one mapping", Mark(line: 2, column: 6)),
    (
      "a:\n\tb: 1\n",
      "is not YAML: while scanning for the next token that began in line 2: found character that cannot start any token",
      Mark(line: 2, column: 1)
    ),
    (
      "a: [1,\n  2\nb: 3\n",
      "is not YAML: while parsing a flow sequence that began in line 1: did not find expected ',' or ']'",
      Mark(line: 3, column: 2)
    ),
    (
      "a: \"x\n",
      "is not YAML: while scanning a quoted scalar that began in line 1: found unexpected end of stream",
      Mark(line: 2, column: 1)
    ),
    ("a: 1\nb: é\u{1}\n", "is not YAML: control characters are not allowed", Mark(line: 2, column: 5)),
    ("a: \u{0}", "is not YAML: control characters are not allowed", Mark(line: 1, column: 4)),
    ("[a]: 1\n", "has a mapping or a list as a key, where only a string can be", Mark(line: 1, column: 1)),
    (
      "x: &x [a]\n*x : 1\n", "has a mapping or a list as a key, where only a string can be",
      Mark(line: 2, column: 1)
    ),
    (
      "? {a: b}\n: 1\n", "has a mapping or a list as a key, where only a string can be",
      Mark(line: 1, column: 3)
    ),
  ])
  func whatIsWrongIsToldWithItsPlace(_ text: String, _ message: String, _ mark: Mark) {
    let error = refusal(text)
    #expect(error?.message == message)
    #expect(error?.mark == mark)
  }

  @Test(arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xFE, 0xFF, 0, 0x61]] as [[UInt8]])
  func bytesThatAreNoUTF8AreRefusedWithTheirPlace(_ bytes: [UInt8]) {
    let error = #expect(throws: SyntaxError.self) { try Node.documents(Array("a: 1\nb: é".utf8) + bytes) }
    #expect(error?.message == "is not UTF-8 text")
    #expect(error?.mark == Mark(line: 2, column: 5))
  }

  @Test(arguments: ["[", "{a: ", "- ", "? ", "- - {a: [", "[*a, &a ["])
  func aThousandLevelsAreTheLimit(_ opening: String) {
    #expect(refusal(String(repeating: opening, count: 100_000)) != nil)
  }

  @Test func belowTheLimitNothingIsLost() throws {
    var node: Node? = try document(String(repeating: "[", count: 900) + String(repeating: "]", count: 900))
    var depth = 0
    while let items = node?.items {
      depth += 1
      node = items.first
    }
    #expect(depth == 900)
  }

  @Test(arguments: [1000, 1001])
  func blocksHaveTheSameLimit(_ depth: Int) {
    let text = (0..<depth).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect((refusal(text) == nil) == (depth == 1000))
  }

  @Test(arguments: 1...20)
  func damagedTextsAreReadOrRefused(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let original = Array(
      "a: &a [1, \"x\", |\n  text\n  , {b: *a, <<: *a}]\nc: >-\n  d\n# e\n? f\n: !!str 1\n".utf8)
    for _ in 0..<200 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1:
          bytes.insert(Array("{}[]&*!|>'\"%@:-? \t\n,#".utf8).randomElement(using: &random) ?? 0, at: place)
        default: bytes.removeSubrange(place..<min(place + 5, bytes.count - 1))
        }
      }
      let documents = try? Node.documents(bytes, duplicateKeys: .kept)
      for document in documents ?? [] { #expect(line(document).utf8.count < 1000) }
    }
  }
}
