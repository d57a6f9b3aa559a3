import Testing

@testable import APIServerFake

/// Rules of the API that no recording shows.
struct ProtocolTests {
  private let services = "/api/v1/services"

  private func store(_ count: Int) async throws -> ObjectStore {
    let store = ObjectStore()
    for index in 0..<count { try await store.apply(sample("service-\(index)")) }
    return store
  }

  private func with<T>(
    _ store: ObjectStore, _ personality: Personality = .v136,
    _ use: (FakeAPIServer, Client) async throws -> T
  ) async throws -> T {
    var settings = FakeAPIServer.Settings()
    settings.personality = personality
    let server = FakeAPIServer(settings, store: store)
    try await server.start()
    let result = try await Client.with(server) { try await use(server, $0) }
    await server.stop()
    return result
  }

  @Test
  func pagesShowTheStateOfTheFirstOneUntilACompaction() async throws {
    try await with(try await store(5)) { server, client in
      let first = try await client.get(services + "?limit=2").value()
      #expect(first["metadata"]["remainingItemCount"] == 3)
      let token = try #require(first["metadata"]["continue"].string)
      try await server.store.delete(ObjectKey(.services, "service-3", namespace: "default"))
      try await server.store.apply(sample("service-30"))
      let second = try await client.get(services + "?limit=2&continue=\(token)").value()
      #expect(second["items"].elements.map { $0["metadata"]["name"] } == ["service-2", "service-3"])
      #expect(second["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"])

      await server.store.compact()
      let gone = try await client.get(services + "?limit=2&continue=\(token)")
      #expect(gone.status == 410)
      #expect(try gone.value()["reason"] == "Expired")
      let other = try #require(try gone.value()["metadata"]["continue"].string)
      let rest = try await client.get(services + "?continue=\(other)").value()
      #expect(
        rest["items"].elements.map { $0["metadata"]["name"] } == ["service-2", "service-30", "service-4"])
      #expect(rest["metadata"]["resourceVersion"] == "107")
    }
  }

  @Test
  func anExactListShowsThePast() async throws {
    try await with(try await store(3)) { server, client in
      try await server.store.delete(ObjectKey(.services, "service-0", namespace: "default"))
      let list = try await client.get(services + "?resourceVersion=102&resourceVersionMatch=Exact").value()
      #expect(list["items"].elements.map { $0["metadata"]["name"] } == ["service-0", "service-1"])
      #expect(list["metadata"]["resourceVersion"] == "102")
    }
  }

  @Test
  func whatEntersOrLeavesASelectionIsAddedOrDeleted() async throws {
    try await with(ObjectStore()) { server, client in
      let response = try await client.open(
        services + "?watch=true&resourceVersion=100&labelSelector=%21skip"
          + "&fieldSelector=spec.clusterIP%21%3DNone")
      try await server.store.apply(sample("a"))
      try await server.store.apply(sample("a", labels: ["skip": "yes"]))
      try await server.store.apply(sample("a", labels: ["skip": "no"]))
      try await server.store.apply(sample("a", labels: ["other": "x"]))
      try await server.store.apply(sample("headless", clusterIP: "None"))
      try await server.store.apply(sample("a", labels: ["other": "y"]))
      await server.store.endWatches()
      let body = try await Client.read(response, bytes: .max)
      let events = try body.split(separator: UInt8(ascii: "\n")).map { try Value(json: $0) }
      #expect(events.map { $0["type"] } == ["ADDED", "DELETED", "ADDED", "MODIFIED"])
      #expect(
        events.map { $0["object"]["metadata"]["resourceVersion"] } == ["101", "102", "104", "106"])
      #expect(events[1]["object"]["metadata"]["labels"].isNull)
    }
  }

  @Test
  func writingTheSameAgainIsNoWrite() async throws {
    let store = try await store(1)
    #expect(try await store.apply(sample("service-0")) == 101)
    #expect(await store.revision == 101)
    #expect(try await store.apply(sample("service-0", labels: ["a": "b"])) == 102)
    let object = try #require(await store.object(ObjectKey(.services, "service-0", namespace: "default")))
    #expect(object["metadata"]["uid"] == "00000000-0000-4000-8000-000000000065")
  }

  @Test
  func bookmarksComeOnlyToThoseThatAskForThem() async throws {
    try await with(ObjectStore()) { server, client in
      let path = services + "?watch=true&resourceVersion=100"
      let without = try await client.open(path)
      let with = try await client.open(path + "&allowWatchBookmarks=true")
      await server.store.advance(by: 5)
      await server.store.sendBookmarks()
      await server.store.endWatches()
      #expect(try await Client.read(without, bytes: .max).isEmpty)
      let bookmark = try Value(json: try await Client.read(with, bytes: .max).dropLast())
      #expect(bookmark["type"] == "BOOKMARK")
      #expect(bookmark["object"]["metadata"]["resourceVersion"] == "105")
    }
  }

  @Test
  func aWatchFromTheFutureIsSilentUntilThen() async throws {
    try await with(ObjectStore()) { server, client in
      let response = try await client.open(services + "?watch=true&resourceVersion=102")
      for name in ["a", "b", "c"] { try await server.store.apply(sample(name)) }
      await server.store.endWatches()
      let line = try await Client.read(response, bytes: .max)
      #expect(try Value(json: line.dropLast())["object"]["metadata"]["name"] == "c")
    }
  }

  @Test
  func aClientThatHangsUpEndsItsWatch() async throws {
    try await withServer { server in
      try await Client.with(server) { client in
        _ = try await client.open(services + "?watch=true&resourceVersion=100")
        #expect(await server.store.waitForWatches(1, within: .seconds(120)))
      }
      #expect(await server.store.waitForWatches(0, within: .seconds(120)))
    }
  }

  @Test
  func aWatchEndsInOrderAfterTheTimeItsClientAskedFor() async throws {
    try await with(ObjectStore()) { _, client in
      let answer = try await client.get(services + "?watch=true&resourceVersion=100&timeoutSeconds=1")
      #expect(answer.status == 200 && answer.body.isEmpty && !answer.isCut)
    }
  }

  // MARK: - Older servers

  private static let streaming =
    "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"

  @Test
  func aServerWithTheGateOffRefusesStreamingLists() async throws {
    try await with(ObjectStore(), .v131) { _, client in
      let answer = try await client.get(services + ProtocolTests.streaming)
      #expect(answer.status == 422)
      #expect(try answer.value()["reason"] == "Invalid")
      #expect(
        try answer.value()["message"]
          == "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"
      )
    }
  }

  @Test
  func aServerBeforeStreamingListsForbidsTheirMatchAndIgnoresTheRest() async throws {
    try await with(try await store(1), .v126) { _, client in
      let refused = try await client.get(services + ProtocolTests.streaming)
      #expect(refused.status == 422)
      #expect(try refused.value()["details"]["causes"][0]["field"] == "resourceVersionMatch")
      let ignored = try await client.get(services + "?watch=true&sendInitialEvents=true&timeoutSeconds=1")
      #expect(ignored.status == 200)
      #expect(!ignored.text.contains("initial-events-end"))
    }
  }

  @Test
  func fieldsOfServicesCanBeSelectedSince131() async throws {
    let path = services + "?fieldSelector=spec.clusterIP%21%3DNone"
    try await with(ObjectStore(), .v131) { _, client in
      let answer = try await client.get(path)
      #expect(answer.status == 200)
    }
    try await with(ObjectStore(), .v128) { _, client in
      let refused = try await client.get(path)
      #expect(refused.status == 400)
      #expect(
        try refused.value()["message"]
          == "\"spec.clusterIP\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
      )
    }
  }

  @Test
  func aServerWithoutProtobufTakesTheNextMediaTypeOrRefuses() async throws {
    var personality = Personality.v136
    personality.speaksProtobuf = false
    try await with(ObjectStore(), personality) { _, client in
      let json = try await client.get(
        services, accept: "application/vnd.kubernetes.protobuf, application/json")
      #expect(json.header["content-type"] == "application/json")
      let refused = try await client.get(services, accept: "application/vnd.kubernetes.protobuf")
      #expect(refused.status == 406)
      #expect(try refused.value()["reason"] == "NotAcceptable")
    }
  }

  @Test
  func resourcesThatAnOldServerLacksAreNotFound() async throws {
    var personality = Personality.v121
    personality.hasEndpointSlices = false
    personality.hasNewEvents = false
    try await with(ObjectStore(), personality) { _, client in
      #expect(try await client.get(Resource.endpointSlices.path).text == "404 page not found\n")
      let event = try await client.get("/apis/events.k8s.io/v1/namespaces/default/events", post: "{}")
      #expect(event.status == 404)
      #expect(try await client.get("/api/v1/namespaces/default/events", post: "{}").status == 201)
    }
  }
}
