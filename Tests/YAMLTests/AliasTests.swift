import Testing
import YAML

@Suite struct AliasTests {
  @Test func anAliasIsWhatItsAnchorNames() throws {
    let root = try document("a: &x [1, &y {k: v}]\nb: *x\nc: *y\n")
    #expect(line(root) == "{a: [1, {k: v}], b: [1, {k: v}], c: {k: v}}")
    #expect(root["b"]?.mark == Mark(line: 1, column: 4), "an alias is found where its anchor is")
  }

  @Test func anAnchorGivenTwiceIsTheLatestBeforeTheAlias() throws {
    #expect(try line(document("[&a 1, *a, &a 2, *a]")) == "[1, 1, 2, 2]")
  }

  @Test func anAliasOfAScalarMayBeAKey() throws {
    #expect(try line(document("a: &k name\n*k : 1\n")) == "{a: name, name: 1}")
  }

  @Test(arguments: ["a: *x\n", "a: &x [*x]\n", "&a a: 1\n---\nb: *a\n"])
  func anAliasWithoutAnAnchorBeforeItInItsDocumentIsRefused(_ text: String) {
    #expect(refusal(text)?.message == "is not YAML: found undefined alias")
  }

  @Test func ownPairsGoBeforeMergedOnesAndEarlierBeforeLater() throws {
    let root = try document(
      "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\nd: {<<: *b}\ne: {'<<': *b}\n")
    let c = try #require(root["c"]?.mapping)
    #expect(["x", "y", "z", "w"].map { c.value($0)?.text } == ["3", "1", "2", nil])
    #expect(c["y"] == nil, "not a pair of its own")
    var merged: [String: String] = [:]
    for pair in c.mergedPairs() { merged[pair.key.text] = pair.value.text }
    #expect(merged == ["x": "3", "y": "1", "z": "2"])
    #expect(root["d"]?.mapping?.value("z")?.text == "2")
    #expect(root["e"]?.mapping?.value("z") == nil, "in quotes it is a key like others")
  }

  /// Each level names the one before twice: 2^60 values when they are counted, 183 nodes.
  private func bomb(_ level: (Int) -> String) -> String {
    "a0: &a0 {x: y}\n" + (1...60).map { "a\($0): &a\($0) \(level($0 - 1))\n" }.joined()
  }

  @Test func aBombOfAliasesIsShared() throws {
    let root = try document(bomb { "[*a\($0), *a\($0)]" })
    #expect(root["a60"]?.items?.count == 2)
  }

  @Test func aBombOfMergesIsGivenUp() throws {
    let mapping = try #require(try document(bomb { "{<<: [*a\($0), *a\($0)]}" })["a60"]?.mapping)
    #expect(mapping.value("x") == nil || mapping.value("x")?.text == "y")
    #expect(mapping.mergedPairs().count <= 64)
    #expect(mapping.value("z") == nil)
  }
}
