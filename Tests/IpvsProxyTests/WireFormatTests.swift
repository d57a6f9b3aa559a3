import KubernetesWire
import ProxyConfiguration
import Testing

@testable import IpvsProxy

/// `--kube-api-content-type` and clientConnection's media types, as formats to ask for.
@Suite struct WireFormatTests {
  private func formats(accept: String = "", content: String) -> [WireFormat] {
    var client = ProxyConfiguration().client
    client.acceptContentTypes = accept
    client.contentType = content
    return client.formats
  }

  @Test func protobufIsAskedForFirstUnlessOnlyJSONIsWanted() {
    #expect(formats(content: "application/vnd.kubernetes.protobuf") == [.protobuf, .json])
    #expect(formats(content: "application/json") == [.json])
    #expect(
      formats(accept: "application/json", content: "application/vnd.kubernetes.protobuf") == [.json])
    #expect(
      formats(
        accept: "application/vnd.kubernetes.protobuf,application/json", content: "application/json")
        == [.protobuf, .json])
    #expect(formats(content: "text/html") == [.protobuf, .json])
  }
}
