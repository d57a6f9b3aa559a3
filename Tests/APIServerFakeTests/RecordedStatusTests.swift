import Testing

@testable import APIServerFake

/// Refusals, byte for byte as recorded.
struct RecordedStatusTests {
  @Test
  func aListOfAVersionThatIsCompactedIsGone() async throws {
    try await expect(
      "services.list.410.json", "/api/v1/services?resourceVersion=135&resourceVersionMatch=Exact"
    ) {
      await $0.advance(by: 100)
      await $0.compact()
    }
  }

  @Test
  func aListOfAFutureVersionTimesOut() async throws {
    try await expect("services.list.rv-future.json", "/api/v1/services?resourceVersion=99999999") {
      await $0.advance(by: 75)
    }
  }

  @Test
  func aServiceThatIsNotThereIsNotFound() async throws {
    try await expect("services.get.404.json", "/api/v1/namespaces/feat/services/nope") { _ in }
  }

  private func expect(
    _ name: String, _ path: String, after prepare: (ObjectStore) async throws -> Void
  ) async throws {
    let recorded = try Recording(name)
    try await withServer { server in
      try await prepare(server.store)
      let answer = try await Client.with(server) { try await $0.get(path) }
      #expect(answer.status == recorded.status)
      #expect(answer.text == String(decoding: recorded.body, as: UTF8.self))
      #expect(Set(answer.header.keys) == Set(recorded.header.keys))
      for field in ["content-type", "content-length", "retry-after"] {
        #expect(answer.header[field] == recorded.header[field])
      }
    }
  }

  @Test
  func theVersionHasTheRecordedMembers() async throws {
    let recorded = try Recording.value("version.json")
    let answer = try await withServer { server in
      try await Client.with(server) { try await $0.get("/version") }
    }
    let version = try answer.value()
    #expect(version.members.map(\.name) == recorded.members.map(\.name))
    #expect(version["minor"] == recorded["minor"])
  }
}
