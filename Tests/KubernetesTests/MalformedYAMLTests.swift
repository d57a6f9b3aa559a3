import SeededGenerator
import Testing

@testable import Kubernetes

@Suite struct MalformedYAMLTests {
  @Test func everyTruncationOfAManifestIsReadOrRefused() throws {
    let bytes = try fixture("conformance/12-dual-stack.yaml")
    let whole = try ManifestParser.parse(bytes, file: "f").objects.count
    for end in stride(from: 0, to: bytes.count, by: 97) {
      let parsed = try? ManifestParser.parse(Array(bytes.prefix(end)), file: "f")
      #expect((parsed?.objects.count ?? 0) <= whole)
    }
  }

  @Test(arguments: 1...20)
  func randomlyDamagedManifestsNeverCrash(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let original = try fixture("conformance/03-nodeport.yaml")
    for _ in 0..<10 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...30, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      for other in "{}[]&*!|>'\"%@`:-? \t\n".utf8 where Bool.random(using: &random) {
        bytes.insert(other, at: Int.random(in: bytes.indices, using: &random))
      }
      let parsed = try? ManifestParser.parse(bytes, file: "f")
      #expect((parsed?.objects.count ?? 0) <= 50)
    }
  }

  @Test(arguments: [
    String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000),
    String(repeating: "- ", count: 50_000), String(repeating: "? ", count: 50_000),
  ])
  func deepNestingIsRefused(_ text: String) {
    #expect(throws: ManifestSyntaxError.self) { try parse(text) }
  }

  @Test func nestingJustBelowTheLimitIsReadWithoutOverflowingTheStack() throws {
    let depth = 900
    let text =
      "apiVersion: v1\nkind: Other\nx: " + String(repeating: "[", count: depth)
      + String(repeating: "]", count: depth)
    #expect(try parse(text).isWhole)
  }

  @Test func anAliasBombAsAValueCostsNothing() throws {
    var text = "a0: &a0 [x, x]\n"
    for level in 1...60 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    let parsed = try parse(text + "kind: Other\napiVersion: v1\n")
    #expect(parsed.diagnostics.map(\.severity) == [.info])
  }

  @Test func anAliasBombAsAKeyIsRefused() {
    var text = "a0: &a0 [x, x]\n"
    for level in 1...60 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(throws: ManifestSyntaxError.self) { try parse(text + "? *a60\n: 1\n") }
    #expect(throws: ManifestSyntaxError.self) { try parse(text + "*a60 : 1\n") }
    #expect(throws: ManifestSyntaxError.self) { try parse(text + "{[*a60, 1]: 1}\n") }
  }

  @Test func aBombOfMergeKeysIsBounded() throws {
    var text = "apiVersion: v1\nkind: Service\na0: &a0 {x: y}\n"
    for level in 1...60 { text += "a\(level): &a\(level) {<<: [*a\(level - 1), *a\(level - 1)]}\n" }
    let parsed = try parse(text + "metadata: {name: web, labels: *a60}\nspec: *a60\n")
    #expect(parsed.diagnostics.map(\.field) == ["spec.ports"])
  }

  @Test func tabsInIndentationAreRefusedWithTheirLine() throws {
    let error = #expect(throws: ManifestSyntaxError.self) {
      try parse("apiVersion: v1\nspec:\n\tports: []\n")
    }
    #expect(error?.line == 3)
  }

  @Test func bytesThatAreNotUTF8AreRefusedWithTheirLine() throws {
    let error = #expect(throws: ManifestSyntaxError.self) {
      try ManifestParser.parse(Array("a: 1\nb: ".utf8) + [0xFF, 0xFE, 0x00], file: "f")
    }
    #expect(error?.line == 2)
    #expect(error?.message == "is not UTF-8 text")
  }

  @Test func controlCharactersAreRefusedWithTheirLine() {
    let error = #expect(throws: ManifestSyntaxError.self) { try parse("a: 1\nb: \u{1}\n") }
    #expect(error?.line == 2)
  }

  @Test func aKeyThatIsThereTwiceIsRefusedWithItsLine() {
    let error = #expect(throws: ManifestSyntaxError.self) { try parse("a: 1\nb: 2\na: 3\n") }
    #expect(error?.message == "has the key \"a\" twice in one mapping")
    #expect(error?.line == 1)
  }

  @Test func aLineOfAMegabyteIsRead() throws {
    let long = String(repeating: "x", count: 1 << 20)
    let parsed = try parse(
      "apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {a: \"\(long)\"}}\nspec: {ports: [{port: \(long)}]}"
    )
    #expect(parsed.diagnostics.map(\.field) == ["spec.ports[0].port"])
    #expect(parsed.diagnostics.allSatisfy { $0.message.utf8.count < 200 })
  }

  @Test(arguments: ["", "\n\n", "---\n", "---\n---\n...\n", "# comment\n", "null\n", "\u{FEFF}# bom\n"])
  func emptyDocumentsAreFine(_ text: String) throws {
    let parsed = try parse(text)
    #expect(parsed.isWhole)
    #expect(parsed.objects.isEmpty)
  }
}
