import Kubernetes
import Reconciler
import Testing

@testable import KubernetesClient
@testable import KubernetesWire

private typealias Bodies = WatchBodies

/// What a kube-apiserver 1.36 answered, replayed.
@Suite(.timeLimit(.minutes(5))) struct RecordingTests {
  private static let names: [String: String] = [
    ResourceKind.service.path: "services", ResourceKind.endpointSlice.path: "endpointslices",
    ResourceKind.node.path: "nodes",
  ]

  @Test func streamingListsInBothFormatsSync() async throws {
    for (suffix, type) in [
      ("watchlist.jsonl", "application/json"),
      ("watchlist.pb", "application/vnd.kubernetes.protobuf;stream=watch"),
    ] {
      let bodies = try Self.names.mapValues { try Bodies.recorded("\($0).\(suffix)") }
      let running = RunningSource(ClusterConfiguration(nodeName: "lab-node")) { request, _ in
        // In pieces of 1,000 bytes, that cut objects anywhere.
        .answer(type: type, Self.pieces(bodies[request.path] ?? [], of: 1000), end: .hold)
      }
      // Without the headless one, the ExternalName, another proxy's.
      try await running.time.advance { FinalState(await running.changes).counts == [16, 19, 1] }
      #expect(
        !(await running.events).contains { if case .undecodable = $0 { true } else { false } })
      await running.stop()
    }
  }

  @Test func plainListsAreTheSameInBothFormats() async throws {
    var states: [FinalState] = []
    for (suffix, type) in [
      ("list.of-pb.json", "application/json"), ("list.pb", "application/vnd.kubernetes.protobuf"),
    ] {
      let bodies = try Self.names.mapValues { try Bodies.recorded("\($0).\(suffix)") }
      let running = RunningSource(ClusterConfiguration(nodeName: "lab-node")) { request, _ in
        if request.isStreamingList { return .refusal(422, "sendInitialEvents is forbidden") }
        if request.isWatch { return .text(end: .hold) }
        return .answer(type: type, Self.pieces(bodies[request.path] ?? [], of: 700))
      }
      try await running.time.advance { await !running.batches.isEmpty }
      states.append(FinalState(await running.changes))
      await running.stop()
    }
    #expect(states[0].services.count == 16)
    #expect(states[0] == states[1])
  }

  @Test(arguments: Array(stride(from: 50, to: 34_000, by: 1_700)))
  func streamCutAnywhereIsResumedAndEndsInTheSameState(cut: Int) async throws {
    let bodies = try Self.names.mapValues { try Bodies.recorded("\($0).watchlist.jsonl") }
    let running = RunningSource(ClusterConfiguration(nodeName: "lab-node")) { request, count in
      let body = bodies[request.path] ?? []
      if count == 0 {
        return .answer([Array(body.prefix(cut))], end: .fail(WatchSamples.unreachable))
      }
      guard let version = request["resourceVersion"].flatMap({ Int($0) }) else {
        return .answer([body], end: .hold)
      }
      return .answer([Self.events(in: body, after: version)], end: .hold)
    }
    try await running.time.advance {
      await running.source.status.resources.map(\.resourceVersion) == ["148", "162", "150"]
    }
    try await running.time.advance {
      let state = FinalState(await running.changes)
      return state.counts == [16, 19, 1] && state.node?.zone == "zone-b"
    }
    #expect(running.transport.requests(ResourceKind.service.path).count == (cut >= 34_646 ? 1 : 2))
    await running.stop()
  }

  @Test func compactedVersionAndRefusalsAreUnderstood() async throws {
    let gone = try Bodies.recorded("services.watch.410.jsonl")
    let status = try Bodies.recorded("services.list.410.json")
    let future = try Bodies.recorded("services.list.rv-future.json")
    let bodies = try Self.names.mapValues { try Bodies.recorded("\($0).list.of-pb.json") }
    let running = RunningSource(ClusterConfiguration(nodeName: "lab-node")) { request, count in
      if request.isStreamingList { return .refusal(422, "sendInitialEvents is forbidden") }
      guard request.path == ResourceKind.service.path else {
        return request.isWatch ? .text(end: .hold) : .answer([bodies[request.path] ?? []])
      }
      return switch count {
      case 1: .answer([bodies[request.path] ?? []])
      case 2: .answer([gone])
      case 3, 4: .answer(status: 504, retryAfter: .seconds(1), [future])
      case 5: .answer(status: 410, [status])
      case 6: .answer([bodies[request.path] ?? []])
      default: .text(end: .hold)
      }
    }
    try await running.time.advance { running.transport.requests(ResourceKind.service.path).count == 8 }
    let asked = running.transport.requests(ResourceKind.service.path).map { request in
      [request["watch"], request["limit"], request["resourceVersion"]].map { $0 ?? "-" }.joined(
        separator: " ")
    }
    let version = try #require(await running.source.status.resources.first?.resourceVersion)
    #expect(
      asked == [
        "true - -", "- 500 0", "true - \(version)", "- - \(version)", "- - \(version)", "- 500 -", "- 500 -",
        "true - \(version)",
      ])
    #expect(await running.batches.count == 1)
    await running.stop()
  }

  private static func pieces(_ bytes: [UInt8], of size: Int) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
  }

  /// The recorded stream's lines with later versions, as a server would send them to a resumed watch.
  private static func events(in body: [UInt8], after version: Int) -> [UInt8] {
    var decoded: [UInt8] = []
    for line in body.split(separator: UInt8(ascii: "\n")) {
      let text = String(decoding: line, as: UTF8.self)
      let parts = text.split(separator: #""resourceVersion":""#, maxSplits: 1)
      let number = parts.count == 2 ? Int(parts[1].prefix { $0.isNumber }) : nil
      if let number, number > version { decoded += line + [UInt8(ascii: "\n")] }
    }
    return decoded
  }
}

/// What the changes amount to.
private struct FinalState: Equatable {
  var services: [ServiceKey: ServiceInput] = [:]
  var slices: [EndpointSliceKey: EndpointSliceInput] = [:]
  var node: NodeInput?

  var counts: [Int] { [services.count, slices.count, node == nil ? 0 : 1] }

  init(_ changes: [InputChange]) {
    for change in changes {
      switch change {
      case .service(let key, let input): services[key] = input
      case .endpointSlice(let key, let input): slices[key] = input
      case .node(let input): node = input
      case .nodeAddresses: break
      }
    }
  }
}
