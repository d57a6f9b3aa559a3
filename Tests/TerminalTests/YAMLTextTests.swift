import FoundationEssentials
import Terminal
import Testing

@Suite struct YAMLTextTests {
  private func yaml(_ json: String) throws -> String {
    YAMLText.document(try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)))
  }

  @Test func blocksAreAsKubectlWritesThem() throws {
    let text = try yaml(
      #"{"kind": "List", "items": [{"name": "web", "ports": [80, 443], "labels": {}, "none": []}, {"name": null}], "a": {"b": 1.5}}"#
    )
    #expect(
      text == """
        a:
          b: 1.5
        items:
        - labels: {}
          name: web
          none: []
          ports:
          - 80
          - 443
        - name: null
        kind: List

        """)
  }

  @Test(arguments: [
    "", "yes", "No", "null", "~", "on", "1", "1.5", "-x", "10.96.0.1", "2026-01-01", "a: b", "a #b", "a:",
    "# x",
    "* a", "[x]", "{x}", "&x", "!x", "%x", "@x", "`x", "'x", "|", ">", "? x", " x", "x ", "é", "0x10", ".5",
    "nan",
  ]) func whatCouldBeSomethingElseIsQuoted(text: String) throws {
    #expect(YAMLText.document(.text(text)) == "\"\(text)\"\n")
  }

  @Test(arguments: ["web", "ready", "default/web-1", "its endpoint has gone", "a:b", "/run/x.sock", "x#y"])
  func plainTextStaysPlain(text: String) {
    #expect(YAMLText.document(.text(text)) == text + "\n")
  }

  @Test func controlCharactersAndQuotesAreEscaped() {
    #expect(YAMLText.document(.text("a\"b\\c\nd\t\u{7}\u{9B}")) == #""a\"b\\c\nd\t\u0007\u009B""# + "\n")
  }

  @Test func listsInListsKeepTheirShape() {
    #expect(
      YAMLText.document(.array([.array([.integer(1), .integer(2)]), .object(["a": .array([.bool(true)])])]))
        == "- - 1\n  - 2\n- a:\n  - true\n")
  }
}
