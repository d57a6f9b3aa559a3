import Kubernetes
import KubernetesWire
import SeededGenerator
import Testing

@Suite struct ListDecodingTests {
  @Test(arguments: ResourceKind.allCases)
  func protobufAndJSONOfTheSameStateGiveTheSameObjects(_ kind: ResourceKind) throws {
    let protobuf = DecodedList(try fixture("\(kind.plural).list.pb"), kind, .protobuf)
    let json = DecodedList(try fixture("\(kind.plural).list.of-pb.json"), kind, .json)
    #expect(protobuf == json)
    #expect(protobuf.error == nil)
    #expect(protobuf.undecodable == [])
    #expect(protobuf.objects.count == [.service: 19, .endpointSlice: 19, .node: 1][kind])
    #expect(
      protobuf.metadata?.resourceVersion == [.service: "180", .endpointSlice: "182", .node: "183"][kind])
  }

  @Test(arguments: ResourceKind.allCases, [1, 2, 3, 7, 64, 4096])
  func itDoesNotMatterHowABodyIsCut(_ kind: ResourceKind, _ length: Int) throws {
    for (file, format) in [("list.pb", WireFormat.protobuf), ("list.of-pb.json", .json)] {
      let body = try fixture("\(kind.plural).\(file)")
      #expect(DecodedList(body, kind, format, chunks: [length]) == DecodedList(body, kind, format))
    }
  }

  @Test(arguments: 0..<20)
  func norDoRandomCutsMatter(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let chunks = (0..<100).map { _ in Int.random(in: 1...2000, using: &random) }
    let protobuf = try fixture("services.list.pb")
    #expect(
      DecodedList(protobuf, .service, .protobuf, chunks: chunks)
        == DecodedList(protobuf, .service, .protobuf))
    let json = try fixture("services.list.json")
    #expect(DecodedList(json, .service, .json, chunks: chunks) == DecodedList(json, .service, .json))
  }

  @Test func anObjectComesAsSoonAsItsLastByteIsThere() throws {
    let body = try fixture("services.list.pb")
    var decoder = ListDecoder(.service, format: .protobuf)
    var firstAt: Int?
    for (index, byte) in body.enumerated() where firstAt == nil {
      decoder.append([byte])
      if try decoder.next() != nil { firstAt = index + 1 }
    }
    // 4 magic, 2 + 17 type, 1 + 3 length of the list, 2 + 9 metadata, then an item of 3 + 620 bytes.
    #expect(firstAt == 4 + 19 + 4 + 11 + 3 + 620)
  }

  @Test func identityAndVersionComeWithEachObject() throws {
    let object = try #require(
      DecodedList(try fixture("services.list.pb"), .service, .protobuf).objects.first)
    #expect(object.name == ObjectName(namespace: "default", name: "kubernetes"))
    #expect(object.resourceVersion == "69")
    #expect(object.uid == "ff2a6606-35a9-4012-87d6-c26630565027")
    guard case .service(let service) = object.object else {
      Issue.record("no Service")
      return
    }
    #expect(service.metadata.creationTimestamp == "2026-11-21T03:23:33Z")
    #expect(service.metadata.labels == ["component": "apiserver", "provider": "kubernetes"])
    #expect(service.spec.clusterIPs == ["10.96.0.1"])
    #expect(service.spec.ports == [ServicePort(name: "https", port: 443, targetPort: .number(26443))])
  }

  @Test func aPageTellsHowToGetTheNext() throws {
    let page = DecodedList(try fixture("services.list.page1.json"), .service, .json)
    #expect(page.metadata?.continueToken?.hasPrefix("eyJ2IjoibWV0YS5rOHMuaW8vdjEi") == true)
    #expect(page.metadata?.remainingItemCount == 14)
    #expect(page.objects.count == 5)

    let metadata = Protobuf.text(2, "7") + Protobuf.text(3, "next") + Protobuf.number(4, 14)
    let body = Protobuf.envelope("ServiceList", Protobuf.bytes(1, metadata))
    let protobuf = DecodedList(body, .service, .protobuf).metadata
    #expect(protobuf?.continueToken == "next")
    #expect(protobuf?.remainingItemCount == 14)
  }

  @Test func metadataMayComeAfterTheItems() throws {
    let node = #"{"metadata":{"name":"n"}}"#
    let json =
      #" {"items" : [\#(node) , \#(node)], "odd": [{"]": "\"}"}], "metadata":{"resourceVersion":"9"}}  "#
    let decoded = DecodedList(Array(json.utf8), .node, .json, chunks: [1])
    #expect(decoded.objects.map(\.name.description) == ["n", "n"])
    #expect(decoded.metadata?.resourceVersion == "9")

    let item = Protobuf.bytes(2, Protobuf.bytes(1, Protobuf.text(1, "n")))
    let body = Protobuf.envelope("NodeList", item + Protobuf.bytes(1, Protobuf.text(2, "9")))
    #expect(DecodedList(body, .node, .protobuf).metadata?.resourceVersion == "9")
    #expect(DecodedList(body, .node, .protobuf).objects.count == 1)
  }

  @Test(arguments: ["[]", "null"])
  func aListMayBeEmpty(_ items: String) {
    let body = #"{"kind":"NodeList","metadata":{"resourceVersion":"9"},"items":\#(items)}"#
    let json = DecodedList(Array(body.utf8), .node, .json)
    #expect(json.items == [])
    #expect(json.metadata?.resourceVersion == "9")
    #expect(DecodedList(Protobuf.list("Node", items: []), .node, .protobuf).metadata?.resourceVersion == "7")
  }

  @Test func fieldsThatNobodyReadsAreSkippedWithoutBeingKept() throws {
    let noise = [UInt8](repeating: 0x41, count: 40 << 20)
    let body = Protobuf.envelope(
      "NodeList", Protobuf.bytes(9, noise) + Protobuf.bytes(1, Protobuf.text(2, "3")))
    // 40 MiB are over the limit for an object; they are none.
    #expect(DecodedList(body, .node, .protobuf, chunks: [1 << 16]).metadata?.resourceVersion == "3")
  }

  @Test func theCopyThatKubectlKeepsIsNotKept() throws {
    let body = try fixture("services.list.of-pb.json")
    let name = "kubectl.kubernetes.io/last-applied-configuration"
    #expect(String(decoding: body, as: UTF8.self).contains(name))
    for object in DecodedList(body, .service, .json).objects {
      guard case .service(let service) = object.object else { continue }
      #expect(service.metadata.annotations[name] == nil)
    }
  }
}
