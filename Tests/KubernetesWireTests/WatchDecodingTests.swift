import Kubernetes
import KubernetesWire
import Testing

@Suite struct WatchDecodingTests {
  @Test func everyChangeIsTold() throws {
    #expect(
      DecodedWatch(try fixture("services.watch.jsonl"), .service, .json).summary == [
        "ADDED feat/added", "MODIFIED feat/added", "MODIFIED feat/added", "MODIFIED feat/added",
        "DELETED feat/added", "BOOKMARK 148",
      ])
    let slices = DecodedWatch(try fixture("endpointslices.watch.jsonl"), .endpointSlice, .json)
    #expect(
      slices.summary.dropLast() == [
        "MODIFIED feat/clusterip-abcde", "MODIFIED feat/clusterip-abcde", "MODIFIED feat/clusterip-abcde",
        "ADDED feat/added-abcde", "DELETED feat/added-abcde",
      ])
    #expect(slices.error == nil)
  }

  @Test(arguments: ResourceKind.allCases)
  func aStreamingListGivesWhatAListGives(_ kind: ResourceKind) throws {
    let watch = DecodedWatch(try fixture("\(kind.plural).watchlist.pb"), kind, .protobuf)
    let list = DecodedList(try fixture("\(kind.plural).list.pb"), kind, .protobuf)
    #expect(watch.error == nil)
    #expect(watch.events.dropLast() == list.objects.map { WatchEvent.added($0) }[...])
    guard case .bookmark(_, endsInitialList: true) = watch.events.last else {
      Issue.record("no bookmark at the end")
      return
    }
  }

  @Test(arguments: ResourceKind.allCases)
  func theInitialListEndsOnceInJSONToo(_ kind: ResourceKind) throws {
    let watch = DecodedWatch(try fixture("\(kind.plural).watchlist.jsonl"), kind, .json)
    #expect(watch.error == nil)
    #expect(watch.summary.filter { $0.hasPrefix("BOOKMARK") && $0.hasSuffix(" end") }.count == 1)
    #expect(watch.summary.filter { $0.hasPrefix("UNDECODABLE") } == [])
    #expect(watch.summary.last?.hasPrefix("BOOKMARK") == true)
  }

  @Test(arguments: [1, 3, 50, 1000])
  func itDoesNotMatterHowABodyIsCut(_ length: Int) throws {
    for (file, format) in [
      ("services.watchlist.pb", WireFormat.protobuf), ("services.watchlist.jsonl", .json),
    ] {
      let body = try fixture(file)
      #expect(
        DecodedWatch(body, .service, format, chunks: [length]) == DecodedWatch(body, .service, format))
    }
  }

  @Test(arguments: ["services", "endpointslices"])
  func anExpiredVersionEndsTheWatch(_ plural: String) throws {
    let kind: ResourceKind = plural == "services" ? .service : .endpointSlice
    let watch = DecodedWatch(try fixture("\(plural).watch.410.jsonl"), kind, .json)
    let status = APIStatus(code: 410, reason: "Expired", message: "too old resource version: 135 (170)")
    #expect(watch.events == [.error(status)])
    #expect(status.isExpired)

    let content = Protobuf.text(3, status.message) + Protobuf.text(4, status.reason) + Protobuf.number(6, 410)
    let protobuf = Protobuf.event("ERROR", Protobuf.envelope("Status", content))
    #expect(DecodedWatch(protobuf, kind, .protobuf).events == [.error(status)])
  }

  @Test func ofDeletedObjectsOnlyTheNameIsRead() {
    let broken = Protobuf.metadata("web") + Protobuf.bytes(2, Protobuf.text(4, "NoSuchType"))
    let frames = ["DELETED", "MODIFIED"].flatMap { Protobuf.event($0, Protobuf.envelope("Service", broken)) }
    let watch = DecodedWatch(frames, .service, .protobuf)
    #expect(
      watch.summary == [
        "DELETED default/web",
        "UNDECODABLE Service default/web: spec.type: \"NoSuchType\" is not one of ClusterIP, NodePort, "
          + "LoadBalancer, ExternalName",
      ])
    guard case .undecodable(let object) = watch.events.last else { return }
    #expect(object.resourceVersion == "5")
  }

  @Test func anObjectOfAnotherKindIsNotTakenForOneOfThis() {
    let object = Protobuf.metadata("web")
    let event = Protobuf.event("ADDED", Protobuf.envelope("Pod", object))
    #expect(
      DecodedWatch(event, .service, .protobuf).summary == [
        "UNDECODABLE Service default/web: kind: Pod, not Service"
      ])
    let line =
      #"{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"web","namespace":"default"}}}"# + "\n"
    #expect(
      DecodedWatch(Array(line.utf8), .service, .json).summary
        == ["UNDECODABLE Service default/web: kind: Pod, not Service"])
  }

  @Test(arguments: ["ADDED", "DELETED"])
  func anObjectWithoutContentIsNoObject(_ type: String) {
    let nothing = Array("k8s\0".utf8) + Protobuf.bytes(1, Protobuf.text(2, "Node"))
    let line = #"{"type":"\#(type)","object":{"kind":"Node"}}"# + "\n"
    let expected = ["UNDECODABLE Node without a readable name: metadata.name: is required"]
    #expect(DecodedWatch(Protobuf.event(type, nothing), .node, .protobuf).summary == expected)
    #expect(DecodedWatch(Array(line.utf8), .node, .json).summary == expected)
  }

  @Test func aBrokenObjectDoesNotEndTheWatch() {
    let good = #"{"type":"ADDED","object":{"kind":"Node","metadata":{"name":"a"}}}"#
    let bad = #"{"type":"ADDED","object":{"kind":"Node","metadata":{"name":"b"},"spec":{"podCIDRs":7}}}"#
    let worse = #"{"type":"ADDED","object":{"kind":"Node","metadata":{"name":"c"},"spec":{nonsense}}}"#
    let body = [good, bad, "", worse, good].joined(separator: "\n") + "\n"
    #expect(
      DecodedWatch(Array(body.utf8), .node, .json, chunks: [5]).summary == [
        "ADDED a", "UNDECODABLE Node b: spec.podCIDRs: must be a list",
        "UNDECODABLE Node c: is no valid JSON",
        "ADDED a",
      ])
  }

  @Test(arguments: [
    (#"{"type":"ADDED"}"#, "byte 0: a line that is no watch event with type and object"),
    (
      #"{"type":"WHAT","object":{"kind":"Node","metadata":{"name":"a"}}}"#,
      "byte 0: a watch event of the unknown type \"WHAT\""
    ),
    (
      #"{"type":"BOOKMARK","object":{"kind":"Node","metadata":{}}}"#,
      "byte 0: a bookmark without metadata.resourceVersion"
    ),
    (#"{"type":"ERROR","object":{"kind":"Node","metadata":{}}}"#, "byte 0: Node, not a Status"),
    ("<html>", "byte 0: a line that is no watch event with type and object"),
  ])
  func aLineThatIsNoEventIsAnError(_ line: String, _ message: String) {
    #expect(DecodedWatch(Array((line + "\n").utf8), .node, .json).error?.description == message)
  }

  @Test func aWatchThatIsCutOffInAnEventSaysSo() throws {
    for (file, format) in [
      ("services.watchlist.pb", WireFormat.protobuf), ("services.watchlist.jsonl", .json),
    ] {
      let body = try fixture(file)
      let whole = DecodedWatch(body, .service, format)
      let cut = DecodedWatch(Array(body.dropLast()), .service, format)
      #expect(cut.events == whole.events.dropLast())
      #expect(cut.error?.kind == .truncated)
      #expect(cut.error?.offset == body.count - 1)
    }
  }

  @Test func aFrameThatIsTooLongIsRefusedByItsLength() {
    var decoder = WatchDecoder(.node, format: .protobuf)
    decoder.append([0xFF, 0xFF, 0xFF, 0xFF])
    #expect(throws: WireError.self) { try decoder.next() }
    // It stays an error, whatever comes.
    decoder.append(Protobuf.event("BOOKMARK", Protobuf.envelope("Node", Protobuf.metadata("n"))))
    #expect(throws: WireError.self) { try decoder.next() }
    #expect(throws: WireError.self) { try decoder.finish() }
  }

  @Test func aLineThatNeverEndsIsRefused() {
    var decoder = WatchDecoder(.node, format: .json, largestObject: 1000)
    decoder.append([UInt8](repeating: 0x20, count: 1000))
    #expect(throws: Never.self) { try decoder.next() }
    decoder.append([0x20])
    #expect(throws: WireError.self) { try decoder.next() }
  }
}
