import KubernetesWire
import Testing

@Suite struct APIStatusTests {
  @Test func refusalsAreRead() throws {
    let missing = try APIStatus(body: try fixture("services.get.404.json"), format: .json)
    #expect(missing == APIStatus(code: 404, reason: "NotFound", message: "services \"nope\" not found"))
    #expect(!missing.isExpired)
    #expect(missing.description == "404 NotFound: services \"nope\" not found")

    let expired = try APIStatus(body: try fixture("services.list.410.json"), format: .json)
    #expect(expired.isExpired)
    #expect(!expired.isResourceVersionTooLarge)

    let future = try APIStatus(body: try fixture("services.list.rv-future.json"), format: .json)
    #expect(future.code == 504)
    #expect(future.reason == "Timeout")
    #expect(future.retryAfterSeconds == 1)
    #expect(future.isResourceVersionTooLarge)
    #expect(!future.isExpired)
  }

  @Test func protobufSaysTheSame() throws {
    let details = Protobuf.bytes(4, Protobuf.text(1, "ResourceVersionTooLarge")) + Protobuf.number(5, 1)
    let content =
      Protobuf.bytes(1, []) + Protobuf.text(2, "Failure")
      + Protobuf.text(3, "Timeout: Too large resource version: 99999999, current: 175")
      + Protobuf.text(4, "Timeout") + Protobuf.bytes(5, details) + Protobuf.number(6, 504)
    let protobuf = try APIStatus(body: Protobuf.envelope("Status", content), format: .protobuf)
    #expect(protobuf == (try APIStatus(body: try fixture("services.list.rv-future.json"), format: .json)))
  }

  @Test(arguments: [
    "<html><body>502 Bad Gateway</body></html>", "", "{}", "[]", #"{"kind":"Service"}"#,
    #"{"kind":"Status","code":"none"}"#,
  ])
  func whatIsNoStatusIsNotTakenForOne(_ body: String) {
    #expect(throws: WireError.self) { try APIStatus(body: Array(body.utf8), format: .json) }
    #expect(throws: WireError.self) { try APIStatus(body: Array(body.utf8), format: .protobuf) }
  }
}
