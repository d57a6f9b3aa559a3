import Testing

@testable import APIServerFake

/// The bodies of lists, byte for byte as recorded.
struct RecordedListTests {
  @Test(arguments: Resource.allCases)
  func listsInJSONAreTheRecordedBytes(_ resource: Resource) async throws {
    let recorded = try Recording("\(resource.rawValue).list.json")
    let answer = try await list(of: resource, restoring: "\(resource.rawValue).list.json", resource.path)
    #expect(answer.text == String(decoding: recorded.body, as: UTF8.self))
  }

  @Test(arguments: Resource.allCases)
  func listsInProtobufAreTheRecordedBytes(_ resource: Resource) async throws {
    let recorded = try Recording("\(resource.rawValue).list.pb")
    let answer = try await list(
      of: resource, restoring: "\(resource.rawValue).list.of-pb.json", resource.path,
      accept: "application/vnd.kubernetes.protobuf,application/json")
    #expect(answer.body == recorded.body)
  }

  @Test
  func listsSelectedByLabelAreTheRecordedBytes() async throws {
    let answer = try await list(
      of: .services, restoring: "services.list.json",
      "/api/v1/services?labelSelector=%21service.kubernetes.io%2Fheadless%2C%21service.kubernetes.io%2Fservice-proxy-name"
    )
    #expect(answer.text == (try Recording.text("services.list.kubeproxy-selector.json")))
  }

  @Test
  func theFirstPageIsTheRecordedBytesWithItsToken() async throws {
    let answer = try await list(of: .services, restoring: "services.list.json", "/api/v1/services?limit=5")
    #expect(answer.text == (try Recording.text("services.list.page1.json")))
  }

  @Test(arguments: ["services.list.json", "services.list.pb", "nodes.list.json"])
  func theHeaderHasTheRecordedFields(_ name: String) async throws {
    let recorded = try Recording(name)
    let resource: Resource = name.hasPrefix("nodes") ? .nodes : .services
    let answer = try await list(
      of: resource, restoring: name.replacing(".list.pb", with: ".list.of-pb.json"), resource.path,
      accept: name.hasSuffix("pb") ? "application/vnd.kubernetes.protobuf" : "application/json")
    #expect(answer.status == 200)
    #expect(Set(answer.header.keys) == Set(recorded.header.keys))
    for name in ["cache-control", "content-type", "transfer-encoding", "content-length"] {
      #expect(answer.header[name] == recorded.header[name])
    }
  }

  private func list(
    of resource: Resource, restoring name: String, _ path: String, accept: String = "application/json"
  ) async throws -> Client.Answer {
    try await withServer { server in
      try await server.store.restore(try Recording.value(name))
      return try await Client.with(server) { try await $0.get(path, accept: accept) }
    }
  }
}
