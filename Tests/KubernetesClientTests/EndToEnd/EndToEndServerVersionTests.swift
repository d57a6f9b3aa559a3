import APIServerFake
import Kubernetes
import KubernetesWire
import Reconciler
import Testing

@testable import KubernetesClient

/// Older servers, and lists in pages.
@Suite(.timeLimit(.minutes(5))) struct EndToEndServerVersionTests {
  @Test(arguments: [Personality.v131, .v128, .v126, .v121], [[WireFormat.protobuf, .json], [.json]])
  func olderServersAreAskedInTheirOwnWay(_ personality: Personality, _ formats: [WireFormat]) async throws {
    let server = try await FakeAPIServer.filled(personality)
    var options = EndToEnd.Options()
    options.formats = formats
    try await EndToEnd.run(server, options) { world in
      await world.converges()
      await world.tells { if case .fallback(.service, .plainList, _) = $0 { true } else { false } }
      if !personality.selectsServicesByField {
        await world.tells { if case .fallback(.service, .noFieldSelector, _) = $0 { true } else { false } }
      }
      await world.watches()
      try await world.change()
      await world.converges()
      #expect(await world.believed.removed == EndToEnd.removedByChange)
      #expect(await world.believed.services.keys.allSatisfy { !["headless", "foreign"].contains($0.name) })
    }
  }

  @Test func serverWithoutProtobufIsAskedForJSON() async throws {
    var personality = Personality.v136
    personality.speaksProtobuf = false
    let server = try await FakeAPIServer.filled(personality)
    var options = EndToEnd.Options()
    options.formats = [.protobuf]
    try await EndToEnd.run(server, options) { world in
      await world.converges()
      await world.tells { if case .fallback(_, .json, _) = $0 { true } else { false } }
      try await world.change()
      await world.converges()
    }
  }

  @Test func serverWithoutBookmarksIsFollowedAllTheSame() async throws {
    var personality = Personality.v126
    personality.sendsBookmarks = false
    let server = try await FakeAPIServer.filled(personality)
    try await EndToEnd.run(server) { world in
      await world.converges()
      await world.watches()
      await server.store.sendBookmarks()
      try await world.change()
      await world.converges()
      #expect(await world.believed.removed == EndToEnd.removedByChange)
    }
  }

  /// A server restored from a backup doesn't know the versions seen: everything is listed anew, in pages. It may forget
  /// the version of the list between two of them.
  @Test(arguments: [false, true])
  func pagesMakeOneListAlsoWhenTheyExpire(_ expires: Bool) async throws {
    let load = Load(services: 1200, endpointsPerService: 1)
    var settings = FakeAPIServer.Settings()
    settings.personality = .v131
    let first = try await FakeAPIServer.filled(settings, load: load, revision: 50_000)
    try await EndToEnd.run(first) { world in
      await world.converges()
      await world.watches()
      settings.port = first.port
      let second = try await FakeAPIServer.filled(settings, load: load, revision: 1000)
      try await second.store.delete(ObjectKey(.services, "service-9", namespace: "team-9"))
      if expires { second.faults.add(Fault(.expiredContinue, of: .list, .services, times: 10)) }
      second.faults.add(Fault(.status(410), of: .watch, times: 3))
      await first.stop()
      try await second.start()
      let isTold = await world.believed.bell.wait(within: EndToEnd.patience) {
        await world.believed.removed == ["service team-9/service-9"]
      }
      #expect(isTold)
      let lists = second.requests.all.filter { $0.verb == .list && $0.resource == .services }
      #expect(lists.count { $0[query: "resourceVersionMatch"] == "NotOlderThan" } == 2)
      #expect(lists.count { $0[query: "continue"] != nil } == (expires ? 1 : 2))
      #expect(
        lists.count { $0.query.allSatisfy { !["limit", "resourceVersion"].contains($0.name) } }
          == (expires ? 1 : 0))
      #expect(await world.believed.services.count == 1199)
      await second.stop()
    }
  }
}
