import APIServerFake
import Kubernetes
import KubernetesWire
import Reconciler
import Testing

@testable import KubernetesClient

/// Lists and watches as they should go, and every way in which they end.
@Suite(.timeLimit(.minutes(5))) struct EndToEndWatchTests {
  /// In real time, so that a busy machine is no silence: requests are counted.
  private static func options(_ formats: [WireFormat]) -> EndToEnd.Options {
    var options = EndToEnd.Options()
    options.formats = formats
    options.speed = 1
    return options
  }

  @Test(arguments: [[WireFormat.protobuf, .json], [.json]])
  func streamingListsAndChangesArrive(_ formats: [WireFormat]) async throws {
    let server = try await FakeAPIServer.filled()
    try await EndToEnd.run(server, Self.options(formats)) { world in
      await world.converges()
      #expect(await world.believed.batches == 1)
      #expect(server.requests.count(.list) == 0)
      #expect(server.requests.count(.watch) { $0[query: "sendInitialEvents"] == "true" } == 3)
      let accept = formats == [.json] ? "application/json" : "application/vnd.kubernetes.protobuf"
      #expect(server.requests.all.allSatisfy { $0.accept.hasPrefix(accept) })
      #expect(server.requests.all.allSatisfy { $0.userAgent.hasPrefix("ipvs-proxy/1.2.3 (linux/") })
      try await world.change()
      await world.converges()
      #expect(await world.believed.removed == EndToEnd.removedByChange)
      #expect(server.requests.all.count == 3)
    }
  }

  /// The recorded cluster, with every kind of Service there is.
  @Test(arguments: [[WireFormat.protobuf], [.json]])
  func allKindsOfServicesArriveInBothFormats(_ formats: [WireFormat]) async throws {
    let server = FakeAPIServer()
    for name in ["services", "endpointslices"] {
      try await server.store.restore(try Value(json: try WatchBodies.recorded("\(name).list.of-pb.json")))
    }
    try await server.store.apply(EndToEnd.load.node(0))
    try await EndToEnd.run(server, Self.options(formats)) { world in
      await world.converges()
      #expect(await world.believed.services.count > 10)
      #expect(await !world.believed.events.contains { if case .undecodable = $0 { true } else { false } })
    }
  }

  @Test func bookmarksMoveTheVersionThatAWatchResumesFrom() async throws {
    let server = try await FakeAPIServer.filled()
    try await EndToEnd.run(server) { world in
      await world.converges()
      await world.watches()
      await world.takesBookmarks()
      await server.store.compact()
      server.requests.clear()
      try await world.change()
      await world.converges()
      #expect(server.requests.count(.watch) { $0[query: "sendInitialEvents"] == "true" } == 0)
    }
  }

  @Test(arguments: [[WireFormat.protobuf], [.json]])
  func compactionWhileAwayIsOneListAndRemovesOnlyWhatIsGone(_ formats: [WireFormat]) async throws {
    let server = try await FakeAPIServer.filled()
    try await EndToEnd.run(server, Self.options(formats)) { world in
      await world.converges()
      await server.stop()
      try await world.change()
      await server.store.compact()
      server.requests.clear()
      try await server.start()
      await world.converges()
      #expect(await world.believed.removed == EndToEnd.removedByChange)
      #expect(server.requests.count(.watch, .services) { $0[query: "sendInitialEvents"] == "true" } == 1)
    }
  }

  @Test func expiredErrorInARunningWatchIsFollowedByAList() async throws {
    let server = try await FakeAPIServer.filled()
    try await EndToEnd.run(server) { world in
      await world.converges()
      await world.watches()
      await server.store.sendExpired(.services)
      await world.tells { if case .relisting(.service, _, _) = $0 { true } else { false } }
      try await world.change()
      await world.converges()
      #expect(await world.believed.removed == EndToEnd.removedByChange)
    }
  }

  @Test func expiredVersionAsAnHTTPStatusIsFollowedByAList() async throws {
    let server = try await FakeAPIServer.filled()
    try await EndToEnd.run(server) { world in
      await world.converges()
      await world.watches()
      server.faults.add(Fault(.status(410), of: .watch, .endpointSlices, times: 1))
      await world.believed.forgetEvents()
      await server.store.cutWatches()
      await world.tells { if case .listed(.endpointSlice, 30, 0, _, .streaming) = $0 { true } else { false } }
      try await world.change()
      await world.converges()
      #expect(await world.believed.removed == EndToEnd.removedByChange)
    }
  }

  /// Its store was restored from a backup: versions the client has seen are of the future there.
  @Test(arguments: [Personality.v136, .v131])
  func serverFromBeforeTheVersionSeenIsBelieved(_ personality: Personality) async throws {
    var settings = FakeAPIServer.Settings()
    settings.personality = personality
    settings.bookmarkInterval = .milliseconds(100)
    let first = try await FakeAPIServer.filled(settings, revision: 50_000)
    var options = EndToEnd.Options()
    options.speed = 100
    try await EndToEnd.run(first, options) { world in
      await world.converges()
      await world.watches()
      await world.takesBookmarks()
      await first.stop()
      settings.port = first.port
      let second = try await FakeAPIServer.filled(settings, revision: 2000)
      try await second.store.delete(ObjectKey(.services, "service-9", namespace: "team-9"))
      try await second.start()
      let isTold = await world.believed.bell.wait(within: EndToEnd.patience) {
        await world.believed.removed == ["service team-9/service-9"]
      }
      await second.stop()
      #expect(isTold)
    }
  }

  @Test func watchesEndedByTheServerGoOnWhereTheyWere() async throws {
    let server = try await FakeAPIServer.filled()
    try await EndToEnd.run(server) { world in
      await world.converges()
      for _ in 0..<3 {
        await world.watches()
        await server.store.endWatches()
        try await world.apply(service: "one-more", clusterIP: "10.111.0.\(Int.random(in: 1...254))")
        await world.converges()
      }
      #expect(server.requests.count(.watch) { $0[query: "sendInitialEvents"] == "true" } == 3)
      #expect(await world.believed.removed.isEmpty)
    }
  }
}
