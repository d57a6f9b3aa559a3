import KubernetesWire
import Testing

@Suite struct WireFormatTests {
  @Test(arguments: [
    ("application/json", WireFormat.json), ("application/json; charset=utf-8", .json),
    ("Application/JSON", .json),
    ("application/json;stream=watch", .json), ("application/vnd.kubernetes.protobuf", .protobuf),
    ("application/vnd.kubernetes.protobuf;stream=watch", .protobuf), ("text/plain", nil), ("", nil),
    ("application/jsonp", nil),
  ])
  func theContentTypeTellsTheFormat(_ contentType: String, _ format: WireFormat?) {
    #expect(WireFormat(contentType: contentType) == format)
  }

  @Test func protobufIsAskedForWithJSONAsTheWayOut() {
    #expect(WireFormat.protobuf.accept == "application/vnd.kubernetes.protobuf,application/json")
    #expect(WireFormat.json.accept == "application/json")
  }

  @Test func eachKindHasItsPlaceInTheAPI() {
    #expect(
      ResourceKind.allCases.map(\.path) == [
        "/api/v1/services", "/apis/discovery.k8s.io/v1/endpointslices", "/api/v1/nodes",
      ])
  }
}
