import Testing

@testable import APIServerFake

struct ValueTests {
  @Test(arguments: ["services.list.json", "endpointslices.list.json", "nodes.list.json"])
  func readAndWrittenTextsAreTheSame(_ name: String) throws {
    let text = try Recording.text(name)
    #expect(try Value(json: text).jsonText + "\n" == text)
  }

  @Test
  func escapesAreReadAndWrittenAsGoDoes() throws {
    let value = try Value(json: #"["\u0041\ud83d\ude00\n\"\\\/","<&>"]"#)
    #expect(value == ["A😀\n\"\\/", "<&>"])
    #expect(value.jsonText == #"["A😀\n\"\\/","\u003c\u0026\u003e"]"#)
  }

  @Test(arguments: [
    ("{\"a\":1", 6), ("[1,]", 3), ("tru", 0), ("\"a", 2), ("1.5", 1), ("{\"a\" 1}", 5), ("[\"\\u12\"]", 4),
    ("", 0),
  ])
  func wrongTextsAreRefusedWithTheirPlace(_ text: String, _ offset: Int) {
    let error = #expect(throws: ValueError.self) { try Value(json: text) }
    #expect(error?.offset == offset)
  }

  @Test
  func membersAreSetReplacedAndTakenOut() {
    var value: Value = ["a": 1]
    value["b"]["c"] = "d"
    value["a"] = nil
    #expect(value == ["b": ["c": "d"]])
    #expect(value["x"]["y"].isNull && value[3].isNull)
  }

  @Test(arguments: [("a,!b,c=d,e==f,g!=h", 5), ("", 0), ("spec.clusterIP!=None", 1)])
  func selectorsAreRead(_ text: String, _ count: Int) throws {
    #expect(try #require(Selector(text)).requirements.count == count)
  }

  @Test
  func selectorsMatchAsTheirDocumentationSays() throws {
    let selector = try #require(Selector("!missing,app,app!=b"))
    #expect(selector.matches(["app": "a"]))
    #expect(!selector.matches(["app": "b"]))
    #expect(!selector.matches(["app": "a", "missing": ""]))
    #expect(try #require(Selector("app!=b")).matches([:]))
    #expect(Selector("app in (a,b)") == nil)
  }

  @Test
  func tokensAreThoseOfTheRecording() throws {
    let text = try #require(try Recording.value("services.list.page1.json")["metadata"]["continue"].string)
    let token = try #require(ContinueToken(text))
    #expect(token == ContinueToken(revision: 135, last: "feat/dual"))
    #expect(token.text == text)
    #expect(ContinueToken("nonsense") == nil)
  }
}
