import Testing

@testable import APIServerFake

/// The events of watches, byte for byte as recorded.
struct RecordedWatchTests {
  @Test(arguments: Resource.allCases)
  func streamingListsInJSONBeginWithTheRecordedBytes(_ resource: Resource) async throws {
    let recorded = try Recording.text("\(resource.rawValue).watchlist.jsonl")
    let end = try #require(recorded.firstRange(of: "initial-events-end"))
    let line = try #require(recorded[end.upperBound...].firstIndex(of: "\n"))
    let expected = Array(recorded[...line].utf8)
    let bytes = try await stream(
      resource, restoring: "\(resource.rawValue).list.json", accept: "application/json", expected.count)
    #expect(String(decoding: bytes, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
  }

  @Test(arguments: Resource.allCases)
  func streamingListsInProtobufAreTheRecordedBytes(_ resource: Resource) async throws {
    let expected = try Recording.bytes("\(resource.rawValue).watchlist.pb")
    let bytes = try await stream(
      resource, restoring: "\(resource.rawValue).list.of-pb.json",
      accept: "application/vnd.kubernetes.protobuf;stream=watch", expected.count)
    #expect(bytes == expected)
  }

  private func stream(
    _ resource: Resource, restoring name: String, accept: String, _ count: Int
  ) async throws -> [UInt8] {
    try await withServer { server in
      try await server.store.restore(try Recording.value(name))
      return try await Client.with(server) { client in
        let response = try await client.open(
          "\(resource.path)?watch=true&allowWatchBookmarks=true&sendInitialEvents=true"
            + "&resourceVersionMatch=NotOlderThan", accept: accept)
        #expect(Client.contentType(response) == accept)
        return try await Client.read(response, bytes: count)
      }
    }
  }

  /// The recorded writes are made again, with the revisions they had then, while the watch runs; the same watch from
  /// the same version afterwards tells the same from the history.
  @Test(arguments: [Resource.services, .endpointSlices], [false, true])
  func aWatchTellsTheRecordedEvents(_ resource: Resource, afterwards: Bool) async throws {
    let name = "\(resource.rawValue).watch.jsonl"
    let expected = try Recording.bytes(name)
    let events = try Recording.events(name)
    try await withServer { server in
      try await server.store.restore(try Recording.value("\(resource.rawValue).list.json"))
      let start = await server.store.revision
      try await Client.with(server) { client in
        if afterwards { try await replay(events, server.store) }
        let response = try await client.open(
          "\(resource.path)?watch=true&allowWatchBookmarks=true&resourceVersion=\(start)")
        if !afterwards { try await replay(events, server.store) }
        await server.store.sendBookmarks()
        let bytes = try await Client.read(response, bytes: expected.count)
        #expect(String(decoding: bytes, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
      }
    }
  }

  private func replay(_ events: [Value], _ store: ObjectStore) async throws {
    for event in events {
      let object = event["object"]
      let revision = try #require(object["metadata"]["resourceVersion"].string.flatMap { Int64($0) })
      let before = await store.revision
      if event["type"] == "BOOKMARK" {
        await store.advance(by: revision - before)
        continue
      }
      await store.advance(by: revision - before - 1)
      if event["type"] == "DELETED" {
        try await store.delete(try ObjectKey(of: object))
      } else {
        try await store.apply(object)
      }
      #expect(await store.revision == revision)
    }
  }

  @Test
  func aWatchFromBeforeACompactionIsToldSoInTheStream() async throws {
    try await withServer { server in
      await server.store.advance(by: 35)
      for index in 0..<35 { try await server.store.apply(sample("service-\(index)")) }
      await server.store.compact()
      let answer = try await Client.with(server) {
        try await $0.get("/api/v1/services?watch=true&allowWatchBookmarks=true&resourceVersion=135")
      }
      #expect(answer.status == 200)
      #expect(answer.text == (try Recording.text("services.watch.410.jsonl")))
      #expect(!answer.isCut)
    }
  }
}

/// A Service with nothing special.
func sample(_ name: String, labels: Value = [:], clusterIP: String = "10.96.0.10") -> Value {
  [
    "kind": "Service", "apiVersion": "v1",
    "metadata": ["name": .string(name), "namespace": "default", "labels": labels],
    "spec": [
      "ports": [["protocol": "TCP", "port": 80, "targetPort": 8080]], "clusterIP": .string(clusterIP),
      "type": "ClusterIP",
    ],
  ]
}
