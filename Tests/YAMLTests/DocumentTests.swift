import Testing
import YAML

@Suite struct DocumentTests {
  @Test(arguments: [
    ("a: 1\nb: [x, 'y']\n", #"{a: 1, b: [x, "y"]}"#),
    ("- - 1\n  - 2\n-\n- {}\n- []\n", "[[1, 2], , {}, []]"),
    (#"{"a": {"b": [1, true, null]}}"#, "{a: {b: [1, true, null]}}"),
    ("a: b: c", nil), ("a:\n  b: 1\n c: 2\n", nil),
    ("a: one\n  two\n\n  three\n", "{a: one two\nthree}"),
    ("? a\n: b\n", "{a: b}"), ("a:\nb: ~\n", "{a: , b: ~}"),
    ("%YAML 1.1\n---\na: 1\n...\n", "{a: 1}"), ("%YAML 3.0\n---\na: 1\n", nil),
  ])
  func collectionsAreReadInTheirOrder(_ text: String, _ expected: String?) throws {
    let read = try? document(text)
    #expect(read.map(line) == expected)
    #expect((refusal(text) == nil) == (expected != nil))
  }

  @Test(arguments: [
    ("|\n  a\n   b\n\n  c\n", "a\n b\n\nc\n"), ("|-\n  a\n  b\n", "a\nb"), ("|+\n  a\n\n", "a\n\n"),
    (">\n  a\n  b\n\n  c\n", "a b\nc\n"), (">-\n  a\n  b\n", "a b"), ("|2\n    a\n  b\n", "  a\nb\n"),
    (#""a\tb\u00e9\x41\/""#, "a\tbéA/"), ("'it''s'", "it's"), ("\"a\n  b\"", "a b"),
  ])
  func blocksAndQuotesAreStrings(_ text: String, _ expected: String) throws {
    let value = try document("x: " + text)["x"]
    #expect(value?.text == expected)
    guard case .scalar(let scalar)? = value else {
      Issue.record("no scalar")
      return
    }
    #expect(!scalar.isPlain)
    #expect(scalar.value == .string)
  }

  @Test(arguments: [
    ("80", ScalarValue.integer(80)), ("\"80\"", .string), ("!!str 80", .string),
    ("!!int \"80\"", .integer(80)),
    ("|\n  80", .string), ("yes", .bool(true)), ("'yes'", .string), ("", .null), ("''", .string),
    ("~", .null),
  ])
  func quotesAndTagsDecideOverTheType(_ text: String, _ expected: ScalarValue) throws {
    guard case .scalar(let scalar)? = try document("x: " + text)["x"] else {
      Issue.record("no scalar")
      return
    }
    #expect(scalar.value == expected)
  }

  @Test(arguments: [
    ("", []), ("# comment\n", []), ("a\n---\nb\n", ["a", "b"]), ("---\n---\n", ["", ""]),
    ("a: 1\n...\n---\nb: 2\n...\n", ["{a: 1}", "{b: 2}"]),
  ])
  func aTextHasAnyNumberOfDocuments(_ text: String, _ expected: [String]) throws {
    #expect(try documents(text).map(line) == expected)
  }

  @Test func everyValueKnowsItsPlace() throws {
    let root = try document("# x\nab: 1\ncé:\n  - \"é\": [2, 3]\n")
    #expect(root.mark == Mark(line: 2, column: 1))
    #expect(root["ab"]?.mark == Mark(line: 2, column: 5))
    #expect(root["cé"]?.mark == Mark(line: 4, column: 3))
    #expect(root["cé"]?.items?.first?["é"]?.items?.last?.mark == Mark(line: 4, column: 14))
    #expect(root.mapping?.pairs.last?.key.mark == Mark(line: 3, column: 1))
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func everyKindOfLineEndCounts(_ end: String) throws {
    let root = try document("a: 1\(end)b: |\(end)  x\(end)  y\(end)c: 3\(end)")
    #expect(root["b"]?.text == "x\ny\n")
    #expect(root["c"]?.mark.line == 5)
  }

  @Test func aByteOrderMarkIsNoText() throws {
    #expect(try line(document("\u{FEFF}a: 1\n")) == "{a: 1}")
  }

  @Test func ofASharedKeyEachPairIsKeptIfAskedFor() throws {
    let root = try #require(
      try documents("a: 1\nb: 2\n'a': 3\n", duplicateKeys: .kept).first?.mapping)
    #expect(root.pairs.map(\.key.text) == ["a", "b", "a"])
    #expect(root.pairsAndWhetherOverridden.map(\.isOverridden) == [true, false, false])
    #expect(root["a"]?.text == "3")
    #expect(root["c"] == nil)
  }
}
