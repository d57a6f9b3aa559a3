import APIServerFake
import Kubernetes
import KubernetesWire
import Reconciler
import Testing

@testable import KubernetesClient

/// The server fails in every way; what is believed stays, and in the end it is right.
@Suite(.timeLimit(.minutes(5))) struct EndToEndFaultTests {
  private static func options(_ formats: [WireFormat], speed: Int = 5) -> EndToEnd.Options {
    var options = EndToEnd.Options()
    options.formats = formats
    options.speed = speed
    return options
  }

  @Test(arguments: [[WireFormat.protobuf], [.json]], [1, 777, 5_000, 30_000])
  func bodiesCutInTheMiddleOfAnObjectLoseNothing(_ formats: [WireFormat], _ bytes: Int) async throws {
    let server = try await FakeAPIServer.filled()
    server.faults.add(Fault(.cut(afterBytes: bytes), times: 2))
    try await EndToEnd.run(server, Self.options(formats)) { world in
      await world.converges()
      await world.watches()
      server.faults.add(Fault(.cut(afterBytes: bytes), of: .watch, times: 5))
      await server.store.cutWatches()
      try await world.change()
      await world.converges()
      #expect(await world.believed.removed == EndToEnd.removedByChange)
    }
  }

  @Test(arguments: [[WireFormat.protobuf], [.json]])
  func slowStreamsAreReadAsTheyCome(_ formats: [WireFormat]) async throws {
    let server = try await FakeAPIServer.filled()
    server.faults.add(Fault(.slow(bytes: 997, pause: .milliseconds(2))))
    try await EndToEnd.run(server, Self.options(formats, speed: 1)) { world in
      await world.converges()
      try await world.change()
      await world.converges()
      #expect(server.requests.all.count == 3)
    }
  }

  @Test(arguments: [429, 500, 503])
  func retryAfterIsHonoured(_ code: Int) async throws {
    let server = try await FakeAPIServer.filled()
    server.faults.add(Fault(.status(code, retryAfterSeconds: 7), times: 3))
    try await EndToEnd.run(server) { world in
      await world.converges()
      let delays = await world.believed.events.compactMap { event -> Duration? in
        if case .unavailable(_, _, _, let delay) = event { delay } else { nil }
      }
      #expect(!delays.isEmpty)
      #expect(delays.allSatisfy { $0 >= .seconds(7) })
      #expect(await world.believed.removed.isEmpty)
    }
  }

  @Test(arguments: [
    Fault.Effect.status(500), .status(403), .status(404), .page(502), .hangUp, .expired, .garbage,
  ])
  func whatTheServerMakesOfAWatchTakesNothingAway(_ effect: Fault.Effect) async throws {
    let server = try await FakeAPIServer.filled()
    try await EndToEnd.run(server) { world in
      await world.converges()
      await world.watches()
      let before = await world.believed.picture
      server.faults.add(Fault(effect))
      server.requests.clear()
      await server.store.cutWatches()
      #expect(await server.requests.wait(within: EndToEnd.patience) { $0.count >= 9 })
      #expect(await world.believed.picture == before)
      server.faults.clear()
      try await world.change()
      await world.converges()
      #expect(await world.believed.removed == EndToEnd.removedByChange)
    }
  }

  @Test(arguments: [
    Fault.Effect.status(500), .status(403), .page(502), .hangUp, .garbage, .cut(afterBytes: 0),
  ])
  func aBadStartEndsWell(_ effect: Fault.Effect) async throws {
    let server = try await FakeAPIServer.filled()
    server.faults.add(Fault(effect, times: 6))
    try await EndToEnd.run(server) { world in
      await world.converges()
      #expect(await world.believed.batches >= 1)
      #expect(await world.believed.removed.isEmpty)
    }
  }

  @Test func silenceIsGivenUpAndAskedAgain() async throws {
    let server = try await FakeAPIServer.filled()
    server.faults.add(Fault(.neverAnswer, times: 3))
    try await EndToEnd.run(server, Self.options([.protobuf, .json], speed: 200)) { world in
      await world.converges()
      await world.tells { if case .unavailable = $0 { true } else { false } }
      #expect(server.requests.all.count >= 6)
    }
  }

  @Test func serverThatIsGoneAndComesBackTakesNothingAway() async throws {
    let server = try await FakeAPIServer.filled()
    try await EndToEnd.run(server) { world in
      await world.converges()
      let before = await world.believed.picture
      await server.stop()
      for kind in [ResourceKind.service, .endpointSlice, .node] {
        await world.tells { if case .unavailable(kind, _, _, _) = $0 { true } else { false } }
      }
      #expect(await world.believed.picture == before)
      try await world.change()
      try await server.start()
      await world.converges()
      await world.tells { if case .recovered(.service, _) = $0 { true } else { false } }
      #expect(await world.believed.removed == EndToEnd.removedByChange)
    }
  }

  @Test func serverThatComesLateIsWaitedFor() async throws {
    let server = try await FakeAPIServer.filled()
    server.faults.add(Fault(.status(503)))
    try await EndToEnd.run(server) { world in
      await server.stop()
      await world.tells { if case .unavailable(.service, _, _, _) = $0 { true } else { false } }
      #expect(await world.believed.batches == 0)
      server.faults.clear()
      try await server.start()
      await world.converges()
    }
  }

  @Test(arguments: [[WireFormat.protobuf], [.json]])
  func aMalformedObjectLosesOnlyItself(_ formats: [WireFormat]) async throws {
    let server = try await FakeAPIServer.filled()
    let unknown = ObjectKey(.services, "broken", namespace: "default")
    await server.store.applyMalformed(unknown)
    try await EndToEnd.run(server, Self.options(formats)) { world in
      await world.tells {
        $0.object == "Service default/broken" && $0.severity == .error
      }
      try await server.store.delete(unknown)
      await world.converges()
      let known = ObjectKey(.services, "service-6", namespace: "team-6")
      let before = await world.believed.picture
      await server.store.applyMalformed(known)
      await world.tells {
        if case .undecodable(.service, let name?, _, true) = $0 { name.name == "service-6" } else { false }
      }
      #expect(await world.believed.picture == before)
      try await server.store.apply(EndToEnd.load.service(6))
      try await world.change()
      await world.converges()
      #expect(await world.believed.removed == EndToEnd.removedByChange)
    }
  }
}
