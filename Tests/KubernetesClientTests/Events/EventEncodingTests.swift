import Reconciler
import Testing

@testable import KubernetesClient

@Suite struct EventEncodingTests {
  private let encoding = EventEncoding(controller: "ipvs-proxy", nodeName: "node-1")

  private var start: EventRecord {
    EventRecord(
      report: EventReport(
        .normal, on: .node("node-1"), reason: "Starting", action: "StartKubeProxy", note: "ipvs-proxy 1.2.3"),
      name: "node-1.abc", firstSeen: 1_777_629_600_000_001_999, lastSeen: 1_777_629_600_000_001_999, count: 1)
  }

  private var refusal: EventRecord {
    EventRecord(
      report: EventReport(
        on: .service(ServiceKey(namespace: "shop", name: "web"), uid: "uid-1"), reason: "AddressRefused",
        action: "Bind", note: "192.0.2.1 is a node's"),
      name: "web.abc", firstSeen: 1_777_629_600_000_000_000, lastSeen: 1_777_629_660_500_000_000, count: 3)
  }

  private func text(_ request: APIRequest) -> String { String(decoding: request.body, as: UTF8.self) }

  @Test func aNodesEventIsKeptInDefaultWithTheNameAsUID() throws {
    let request = try encoding.creation(start, .events)
    #expect(request.method == .post)
    #expect(request.path == "/apis/events.k8s.io/v1/namespaces/default/events")
    #expect(request.contentType == "application/json")
    #expect(
      text(request)
        == #"{"action":"StartKubeProxy","apiVersion":"events.k8s.io/v1","eventTime":"2026-05-01T10:00:00.000001Z","kind":"Event","metadata":{"name":"node-1.abc","namespace":"default"},"note":"ipvs-proxy 1.2.3","reason":"Starting","regarding":{"apiVersion":"v1","kind":"Node","name":"node-1","uid":"node-1"},"reportingController":"ipvs-proxy","reportingInstance":"node-1","type":"Normal"}"#
    )
  }

  @Test func aServicesEventIsKeptInItsNamespace() throws {
    let request = try encoding.creation(refusal, .events)
    #expect(request.path == "/apis/events.k8s.io/v1/namespaces/shop/events")
    #expect(
      text(request).contains(
        #""regarding":{"apiVersion":"v1","kind":"Service","name":"web","namespace":"shop","uid":"uid-1"}"#))
    #expect(text(request).contains(#""series":{"count":3,"lastObservedTime":"2026-05-01T10:01:00.500000Z"}"#))
  }

  @Test func aRepetitionChangesTheSeriesOnly() throws {
    let request = try encoding.repetition(refusal, .events)
    #expect(request.method == .patch)
    #expect(request.path == "/apis/events.k8s.io/v1/namespaces/shop/events/web.abc")
    #expect(request.contentType == "application/merge-patch+json")
    #expect(text(request) == #"{"series":{"count":3,"lastObservedTime":"2026-05-01T10:01:00.500000Z"}}"#)
  }

  @Test func theCoreGroupHasItsOwnFields() throws {
    let creation = try encoding.creation(refusal, .core)
    #expect(creation.path == "/api/v1/namespaces/shop/events")
    #expect(
      text(creation)
        == #"{"apiVersion":"v1","count":3,"firstTimestamp":"2026-05-01T10:00:00Z","involvedObject":{"apiVersion":"v1","kind":"Service","name":"web","namespace":"shop","uid":"uid-1"},"kind":"Event","lastTimestamp":"2026-05-01T10:01:00Z","message":"192.0.2.1 is a node's","metadata":{"name":"web.abc","namespace":"shop"},"reason":"AddressRefused","source":{"component":"ipvs-proxy","host":"node-1"},"type":"Warning"}"#
    )
    #expect(
      text(try encoding.repetition(refusal, .core)) == #"{"count":3,"lastTimestamp":"2026-05-01T10:01:00Z"}"#)
  }

  @Test func longNotesAreCutBetweenCharacters() {
    #expect(EventEncoding.cut("aéé", to: 4) == "aé")
    #expect(EventEncoding.cut("aéé", to: 5) == "aéé")
    #expect(EventEncoding.cut("", to: 0) == "")
  }
}
