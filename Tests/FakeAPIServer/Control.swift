import APIServerFake

/// Carries out the commands that come in on standard input.
actor Control {
  private let server: FakeAPIServer
  private let load: Load
  /// How often an endpoint of each Service has been replaced.
  private var replacements: [Int: Int] = [:]

  init(server: FakeAPIServer, load: Load) {
    self.server = server
    self.load = load
  }

  func answer(to line: String) async -> String {
    do {
      let command = try Value(json: line)
      guard let member = command.members.first, command.members.count == 1 else {
        throw CommandError("expected an object with one member")
      }
      let result = try await run(member.name, member.value)
      return result.isNull ? "ok" : "ok \(result.jsonText)"
    } catch {
      return "error: \(error)"
    }
  }

  private func run(_ name: String, _ value: Value) async throws -> Value {
    switch name {
    case "apply": return .integer(try await server.store.apply(value))
    case "delete": return .integer(try await server.store.delete(try ObjectKey(of: value)))
    case "malformed":
      let labels = value["metadata"]["labels"].texts
      return .integer(await server.store.applyMalformed(try ObjectKey(of: value), labels: labels))
    case "restore": try await server.store.restore(value)
    case "replace": return .integer(try await replace(Int(value.integer ?? 1)))
    case "fault": server.faults.add(try Fault(value))
    case "clearFaults": server.faults.clear()
    case "compact": await server.store.compact()
    case "bookmark": await server.store.sendBookmarks()
    case "expire": await server.store.sendExpired()
    case "cutWatches": await server.store.cutWatches()
    case "breakConnections": server.breakConnections()
    case "stop": await server.stop()
    case "start": try await server.start()
    case "token": server.setToken(value.string)
    case "requests": return requests()
    case "events": return .array(server.requests.events)
    default: throw CommandError("unknown command \"\(name)\"")
    }
    return .null
  }

  private func replace(_ count: Int) async throws -> Int64 {
    for index in 0..<min(count, load.services) {
      let times = replacements[index, default: 0] + 1
      replacements[index] = times
      // Only the slice of the replaced endpoint differs; the others are no write.
      for slice in load.slices(index, replacements: times) { try await server.store.apply(slice) }
    }
    return await server.store.revision
  }

  /// How many requests of each kind there have been, and the connections.
  private func requests() -> Value {
    var counts: Value = ["connections": .number(server.openedConnections)]
    for verb in Fault.Verb.allCases {
      let count = server.requests.count(verb)
      if count > 0 { counts[verb.rawValue] = .number(count) }
    }
    counts["events"] = .number(server.requests.events.count)
    return counts
  }
}

struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
