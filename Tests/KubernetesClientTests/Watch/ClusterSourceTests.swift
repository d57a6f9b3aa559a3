import Addressing
import Kubernetes
import Reconciler
import Testing

@testable import KubernetesClient
@testable import KubernetesWire

private typealias Bodies = WatchBodies
private let services = ResourceKind.service.path
private let slices = ResourceKind.endpointSlice.path
private let nodes = ResourceKind.node.path

@Suite(.timeLimit(.minutes(5))) struct ClusterSourceTests {
  /// Service web, its slice and node n1 by streaming lists that stay open, at version 100.
  static func plain(_ request: APIRequest, _ count: Int) -> ScriptedTransport.Reply {
    switch request.path {
    case services: .text(Bodies.streamed(.service, [Bodies.service("web", 10)], at: 100), end: .hold)
    case slices: .text(Bodies.streamed(.endpointSlice, [Bodies.slice("web", 11)], at: 100), end: .hold)
    default: .text(Bodies.streamed(.node, [Bodies.node("n1", 12)], at: 100), end: .hold)
    }
  }

  @Test func firstBatchHoldsEverythingAndIsComplete() async throws {
    let running = RunningSource(script: Self.plain)
    try await running.time.advance { await !running.batches.isEmpty }
    let batch = try #require(await running.batches.first)
    #expect(batch.isComplete)
    #expect(
      batch.changes.map(\.name) == ["node", "service default/web", "slice default/web"])
    #expect(await running.source.node?.metadata.name == "n1")
    #expect(await running.source.status.isSynced)
    await running.stop()
  }

  @Test func nothingIsHandedOnBeforeServicesAndSlicesHaveBeenReadWhole() async throws {
    let running = RunningSource { request, count in
      request.path == slices
        ? .text(Bodies.event("ADDED", Bodies.slice("web", 11)), end: .hold) : Self.plain(request, count)
    }
    try await running.time.advance { await running.source.status.resources[0].isSynced }
    #expect(await running.batches.isEmpty)
    running.transport.push(slices, Bodies.bookmark(.endpointSlice, 100, endsList: true))
    try await running.time.advance { await !running.batches.isEmpty }
    #expect(await running.changes.count == 3)
    await running.stop()
  }

  @Test func nodeIsWaitedForThirtySecondsAndTakenWhenItComes() async throws {
    let running = RunningSource { request, count in
      request.path == nodes
        ? .text(Bodies.streamed(.node, [], at: 100), end: .hold) : Self.plain(request, count)
    }
    try await running.time.advance {
      await running.source.status.resources.allSatisfy { $0.isSynced }
    }
    #expect(await running.batches.isEmpty)
    let before = running.time.now()
    try await running.time.advance { await !running.batches.isEmpty }
    #expect(running.time.now() - before >= .seconds(29))
    #expect(await running.events.contains(.nodeMissing(name: "n1", waited: .seconds(30))))
    #expect(await running.changes.map(\.name) == ["service default/web", "slice default/web"])
    running.transport.push(nodes, Bodies.event("ADDED", Bodies.node("n1", 101)))
    try await running.time.advance { await running.source.node != nil }
    try await running.time.advance { await running.batches.count == 2 }
    #expect(await running.changes.last?.name == "node")
    await running.stop()
  }

  @Test func whatArrivesTogetherIsOneBatchWithTheLastStateOfEach() async throws {
    let running = RunningSource(script: Self.plain)
    try await running.time.advance { await !running.batches.isEmpty }
    running.transport.push(
      services,
      Bodies.event("MODIFIED", Bodies.service("web", 101, port: 81))
        + Bodies.event("ADDED", Bodies.service("new", 102))
        + Bodies.event("DELETED", Bodies.service("new", 103))
        + Bodies.event("MODIFIED", Bodies.service("web", 104, port: 82)))
    try await running.time.advance { await running.batches.count > 1 }
    let batch = try #require(await running.batches.last)
    #expect(batch.isComplete)
    #expect(batch.changes.map(\.name) == ["removed service default/new", "service default/web"])
    guard case .service(_, let input) = batch.changes.last else { return }
    #expect(input?.ports.map(\.port) == [82])
    await running.stop()
  }

  @Test func serverGoneForTenMinutesAndBackWithCompactedHistoryCostsOneListAndRemovesNothing() async throws {
    let time = Mutexed(Duration.zero)
    let afterwards = Mutexed<[APIRequest]>([])
    let running = RunningSource { request, count in
      let now = time.value
      if now > .seconds(5), now < .seconds(605) { return .failure(WatchSamples.unreachable) }
      guard now >= .seconds(605) else { return Self.plain(request, count) }
      afterwards.update { $0.append(request) }
      if request.isWatch { return .refusal(410, "too old resource version") }
      switch request.path {
      case services:
        let objects = [Bodies.service("more", 900), Bodies.service("web", 901, port: 81)]
        return .text(Bodies.streamed(.service, objects, at: 1000), end: .hold)
      default:
        return Self.plain(request, count)
      }
    }
    try await running.time.advance { await !running.batches.isEmpty }
    time.set(.seconds(10))
    for path in [services, slices, nodes] { running.transport.cut(path, WatchSamples.unreachable) }
    let outageStart = running.time.now()
    try await running.time.advance(by: .seconds(1)) { running.time.now() - outageStart > .seconds(600) }
    #expect(await running.batches.count == 1)
    #expect(
      await running.source.status.resources.allSatisfy { $0.failuresInARow > 10 && $0.lastError != nil })
    time.set(.seconds(700))
    try await running.time.advance {
      await running.source.status.resources.allSatisfy { $0.failuresInARow == 0 }
    }
    try await running.time.advance { await running.batches.count > 1 }
    let after = afterwards.value
    for path in [services, slices, nodes] {
      #expect(after.count { $0.path == path && $0.isWatch } == 1)
      #expect(after.count { $0.path == path && !$0.isWatch } == 1)
    }
    let changes = await running.batches.dropFirst().flatMap(\.changes)
    #expect(changes.map(\.name) == ["service default/more", "service default/web"])
    #expect(await running.batches.allSatisfy { $0.isComplete })
    #expect(await running.events.count < 40)
    await running.stop()
  }

  @Test func badAnnotationIsToldOncePerChange() async throws {
    func annotated(_ version: Int, _ scheduler: String) -> String {
      Bodies.service("web", version, meta: #","annotations":{"ipvs-proxy.io/scheduler":"\#(scheduler)"}"#)
    }
    let first = annotated(10, "no such thing!")
    let running = RunningSource { request, count in
      request.path == services
        ? .text(Bodies.streamed(.service, [first], at: 100), end: .hold) : Self.plain(request, count)
    }
    func notes() async -> Int {
      await running.events.count { if case .note = $0 { true } else { false } }
    }
    try await running.time.advance { await !running.batches.isEmpty }
    #expect(await notes() == 1)
    running.transport.push(services, Bodies.event("MODIFIED", annotated(101, "no such thing!")))
    try await running.time.advance { await running.batches.count == 2 }
    #expect(await notes() == 1)
    running.transport.push(services, Bodies.event("MODIFIED", annotated(102, "nor this!")))
    try await running.time.advance { await running.batches.count == 3 }
    #expect(await notes() == 2)
    await running.stop()
  }

  @Test func deadConnectionIsNoticedByItsSilence() async throws {
    let running = RunningSource(script: Self.plain)
    try await running.time.advance { await !running.batches.isEmpty }
    let start = running.time.now()
    try await running.time.advance(by: .seconds(1)) { running.transport.requests(services).count == 2 }
    #expect((.seconds(150)...Duration.seconds(165)).contains(running.time.now() - start))
    #expect(running.transport.requests(services).last?["resourceVersion"] == "100")
    await running.stop()
  }

  @Test func refusedProtobufIsReplacedByJSON() async throws {
    let running = RunningSource { request, count in
      request.accept.contains("protobuf") ? .refusal(406, "only JSON") : Self.plain(request, count)
    }
    try await running.time.advance { await !running.batches.isEmpty }
    #expect(
      running.transport.requests(services).map(\.accept)
        == ["application/vnd.kubernetes.protobuf, application/json", "application/json"])
    await running.stop()
  }

  @Test func missingRightsAreToldAndTriedAgain() async throws {
    let running = RunningSource { request, count in
      request.path == slices && count < 3
        ? .refusal(403, "endpointslices is forbidden") : Self.plain(request, count)
    }
    try await running.time.advance { await !running.batches.isEmpty }
    let events = await running.events
    #expect(
      events.contains {
        if case .unavailable(.endpointSlice, let why, 1, _) = $0 {
          why.contains("needs the verbs list and watch on endpointslices")
        } else {
          false
        }
      })
    #expect(events.contains { if case .recovered(.endpointSlice, _) = $0 { true } else { false } })
    await running.stop()
  }

  @Test func endsWhenItIsCancelled() async throws {
    let running = RunningSource(script: Self.plain)
    try await running.time.advance { await !running.batches.isEmpty }
    await running.stop()
    #expect(await running.source.next() == nil)
  }
}

extension InputChange {
  fileprivate var name: String {
    switch self {
    case .service(let key, let input): "\(input == nil ? "removed " : "")service \(key)"
    case .endpointSlice(let key, let input): "\(input == nil ? "removed " : "")slice \(key)"
    case .node(let input): input == nil ? "removed node" : "node"
    case .nodeAddresses: "addresses"
    }
  }
}
