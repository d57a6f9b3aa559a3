import KubernetesWire
import Testing

@testable import KubernetesClient

private typealias Samples = WatchSamples

@Suite struct ReflectorFallbackTests {
  @Test(arguments: [400, 405, 422, 501])
  func refusedStreamingIsReplacedAtOnceAndForGood(code: Int) {
    let drive = ReflectorDrive()
    drive.send()
    drive.refuse(code, "sendInitialEvents: Forbidden")
    #expect(drive.reflector.nextAttempt == drive.now)
    #expect(drive.send() == .list(.cached, page: nil))
    drive.open()
    drive.take(.listEnd(version: "100", continue: nil))
    drive.end(after: .zero)
    drive.send()
    drive.refuse(410)
    #expect(drive.send() == .list(.notOlderThan("100"), page: nil))
  }

  @Test func streamingListWithoutEndIsReplacedForThisOnce() {
    let drive = ReflectorDrive()
    drive.send()
    #expect(drive.reflector.longestSilence == .seconds(60))
    drive.open()
    #expect(drive.reflector.longestSilence == .seconds(10))
    drive.take(.object(Samples.service("a", "10")))
    drive.fail(.silent(.seconds(10)), after: .seconds(10))
    #expect(drive.send() == .list(.cached, page: nil))
    drive.open()
    drive.take(.object(Samples.service("a", "10")), .listEnd(version: "100", continue: nil))
    drive.end(after: .zero)
    #expect(drive.output().changes == [.set(Samples.service("a", "10"))])
    drive.send()
    drive.refuse(410)
    #expect(drive.send() == .list(.streaming, page: nil))
  }

  @Test func silenceBeforeTheAnswerIsNoSignOfAnOldServer() {
    let drive = ReflectorDrive()
    drive.send()
    drive.fail(.silent(.seconds(60)), after: .seconds(60))
    #expect(drive.send() == .list(.streaming, page: nil))
  }

  @Test func unknownFieldSelectorIsLeftOut() {
    let drive = ReflectorDrive()
    drive.send()
    drive.refuse(
      400,
      #"Unable to find "/v1, Resource=services" that match label selector "", field selector "spec.clusterIP!=None": field label not supported: spec.clusterIP"#
    )
    #expect(drive.reflector.server.refusesFieldSelector)
    #expect(drive.send() == .list(.streaming, page: nil))
    drive.refuse(422, "sendInitialEvents is forbidden")
    #expect(drive.send() == .list(.cached, page: nil))
    let fallbacks = drive.output().events.compactMap { event -> SourceFallback? in
      if case .fallback(_, let fallback, _) = event { fallback } else { nil }
    }
    #expect(fallbacks == [.noFieldSelector, .plainList])
  }

  @Test func nodesOwnSelectorIsNeverLeftOut() {
    let drive = ReflectorDrive(.node("n1"))
    drive.send()
    drive.refuse(400, "field label not supported: metadata.name")
    #expect(!drive.reflector.server.refusesFieldSelector)
  }

  @Test(arguments: [406, 415])
  func serverWithoutProtobufIsAskedForJSON(code: Int) {
    let drive = ReflectorDrive()
    drive.send()
    drive.refuse(code)
    #expect(drive.reflector.server.wantsJSON)
    #expect(drive.send() == .list(.streaming, page: nil))
  }

  @Test func protobufThatCannotBeReadIsAskedForAsJSON() {
    let drive = ReflectorDrive.synced()
    drive.end()
    drive.send()
    drive.open(.protobuf)
    drive.fail(.malformed("no k8s prefix"))
    #expect(drive.reflector.server.wantsJSON)
    #expect(drive.send() == .watch(from: "100"))
    // JSON that can't be read either has no other way out than patience.
    drive.open(.json)
    drive.fail(.malformed("not JSON"))
    #expect(drive.reflector.nextAttempt > drive.now)
  }

  @Test func requestsCarryKubeProxysSelectors() {
    let services = ReflectorRequest.list(.streaming, page: nil).apiRequest(
      .services, withFieldSelector: true, accept: "x", timeout: .seconds(400))
    #expect(services.path == "/api/v1/services")
    #expect(
      services.query == [
        .init("labelSelector", "!service.kubernetes.io/service-proxy-name"),
        .init("fieldSelector", "spec.clusterIP!=None"), .init("watch", "true"),
        .init("allowWatchBookmarks", "true"), .init("sendInitialEvents", "true"),
        .init("resourceVersionMatch", "NotOlderThan"), .init("timeoutSeconds", "400"),
      ])
    let slices = ReflectorRequest.watch(from: "7").apiRequest(
      .endpointSlices, withFieldSelector: true, accept: "x", timeout: .seconds(400))
    #expect(slices.path == "/apis/discovery.k8s.io/v1/endpointslices")
    #expect(
      slices.query == [
        .init("labelSelector", "!service.kubernetes.io/headless"), .init("watch", "true"),
        .init("allowWatchBookmarks", "true"), .init("resourceVersion", "7"),
        .init("timeoutSeconds", "400"),
      ])
    let node = ReflectorRequest.list(.notOlderThan("9"), page: nil).apiRequest(
      .node("n1"), withFieldSelector: true, accept: "x", timeout: .seconds(400))
    #expect(
      node.query == [
        .init("fieldSelector", "metadata.name=n1"), .init("resourceVersion", "9"),
        .init("resourceVersionMatch", "NotOlderThan"),
      ])
  }

  @Test func pagesFollowTheirTokenWithoutAVersion() {
    func query(_ method: ListMethod, _ page: String?) -> [APIRequest.QueryItem] {
      ReflectorRequest.list(method, page: page).apiRequest(
        .services, withFieldSelector: false, accept: "x", timeout: .seconds(400)
      ).query.filter { $0.name != "labelSelector" }
    }
    #expect(query(.cached, nil) == [.init("limit", "500"), .init("resourceVersion", "0")])
    #expect(query(.cached, "t") == [.init("limit", "500"), .init("continue", "t")])
    #expect(query(.consistent, nil) == [.init("limit", "500")])
    #expect(query(.consistentWhole, nil).isEmpty)
  }
}
