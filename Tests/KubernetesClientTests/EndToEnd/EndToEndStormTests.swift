import APIServerFake
import Kubernetes
import KubernetesWire
import Reconciler
import SeededGenerator
import Testing

@testable import KubernetesClient

/// Faults at random, changes at random: in the end the world is right, and only what was deleted has ever gone.
@Suite(.timeLimit(.minutes(5))) struct EndToEndStormTests {
  @Test(arguments: 0..<8)
  func whateverHappensTheStateConverges(_ seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var settings = FakeAPIServer.Settings()
    settings.personality = [.v136, .v136, .v131, .v126][Int(seed % 4)]
    settings.bookmarkInterval = .milliseconds(50)
    let server = try await FakeAPIServer.filled(settings)
    var options = EndToEnd.Options()
    options.formats = seed.isMultiple(of: 2) ? [.protobuf, .json] : [.json]
    options.speed = 50
    try await EndToEnd.run(server, options) { world in
      await world.converges()
      var deleted: Set<String> = []
      for step in 0..<40 {
        try await Self.change(server.store, step, &deleted, &random)
        try await Self.harm(server, &random)
        // Let some requests come, or none, before the next blow.
        let count = server.requests.all.count + Int.random(in: 0..<3, using: &random)
        _ = await server.requests.wait(within: .milliseconds(200)) { $0.count >= count }
      }
      server.faults.clear()
      try await server.start()
      await world.converges()
      #expect(Set(await world.believed.removed).isSubset(of: deleted))
    }
  }

  private static func change(
    _ store: ObjectStore, _ step: Int, _ deleted: inout Set<String>, _ random: inout SeededGenerator
  ) async throws {
    let index = Int.random(in: 0..<30, using: &random)
    let key = ObjectKey(.services, "service-\(index)", namespace: "team-\(index)")
    switch Int.random(in: 0..<4, using: &random) {
    case 0 where await store.object(key) != nil:
      try await store.delete(key)
      deleted.insert("service team-\(index)/service-\(index)")
    case 1:
      for slice in EndToEnd.load.slices(index, replacements: step) { try await store.apply(slice) }
    default:
      var service = EndToEnd.load.service(index)
      service["spec"]["ports"][0]["port"] = .number(1000 + step)
      try await store.apply(service)
    }
  }

  private static func harm(_ server: FakeAPIServer, _ random: inout SeededGenerator) async throws {
    let effects: [Fault.Effect] = [
      .status(500), .status(429, retryAfterSeconds: 1), .page(502), .hangUp, .cut(afterBytes: 3000), .expired,
      .slow(bytes: 500, pause: .milliseconds(1)), .garbage,
    ]
    switch Int.random(in: 0..<10, using: &random) {
    case 0: await server.store.cutWatches()
    case 1: await server.store.sendExpired()
    case 2: await server.store.compact()
    case 3: server.breakConnections()
    case 4: await server.stop()
    case 5: await server.store.endWatches()
    case 6...7:
      let effect = effects[Int.random(in: effects.indices, using: &random)]
      server.faults.add(Fault(effect, times: Int.random(in: 1...3, using: &random)))
    default: try await server.start()
    }
  }
}
