import AsyncHTTPClient
import NIOCore
import Testing

@testable import APIServerFake

/// Each way to misbehave, as a client sees it.
struct FaultTests {
  private let services = "/api/v1/services"

  @Test(arguments: [429, 500, 503])
  func aStatusIsGivenSoManyTimesWithRetryAfter(_ code: Int) async throws {
    try await withServer { server in
      server.faults.add(Fault(.status(code, retryAfterSeconds: 3), of: .list, .services, times: 2))
      try await Client.with(server) { client in
        for _ in 0..<2 {
          let answer = try await client.get(services)
          #expect(answer.status == code)
          #expect(answer.header["retry-after"] == "3")
          #expect(try answer.value()["code"] == .number(code))
          #expect(try answer.value()["details"]["retryAfterSeconds"] == 3)
        }
        #expect(try await client.get("/api/v1/nodes").status == 200)
        #expect(try await client.get(services).status == 200)
      }
    }
  }

  @Test
  func faultsLetSomeRequestsPassFirst() async throws {
    try await withServer { server in
      server.faults.add(Fault(.status(500), of: .list, skips: 1, times: 1))
      try await Client.with(server) { client in
        var statuses: [Int] = []
        for _ in 0..<3 { statuses.append(try await client.get(services).status) }
        #expect(statuses == [200, 500, 200])
      }
    }
  }

  @Test
  func aBodyIsCutAfterSoManyBytes() async throws {
    try await withServer { server in
      try await server.store.restore(try Recording.value("services.list.json"))
      server.faults.add(Fault(.cut(afterBytes: 5000), of: .list))
      let answer = try await Client.with(server) { try await $0.get(services) }
      #expect(answer.isCut)
      #expect(answer.status == 200)
      #expect(answer.body == Array(try Recording.bytes("services.list.json").prefix(5000)))
    }
  }

  @Test
  func aWatchIsCutInTheMiddleOfAnObject() async throws {
    try await withServer { server in
      server.faults.add(Fault(.cut(afterBytes: 100), of: .watch, times: 1))
      try await Client.with(server) { client in
        let response = try await client.open(services + "?watch=true&resourceVersion=100")
        try await server.store.apply(sample("a"))
        var body: [UInt8] = []
        await #expect(throws: (any Error).self) {
          for try await part in response.body { body += part.readableBytesView }
        }
        #expect(body.count == 100)
        #expect(await server.store.waitForWatches(0, within: .seconds(120)))
      }
    }
  }

  @Test
  func aSlowBodyIsTheSameAndTakesItsTime() async throws {
    try await withServer { server in
      for index in 0..<3 { try await server.store.apply(sample("service-\(index)")) }
      try await Client.with(server) { client in
        let whole = try await client.get(services)
        server.faults.add(Fault(.slow(bytes: 100, pause: .milliseconds(20)), of: .list))
        let start = ContinuousClock.now
        let slow = try await client.get(services)
        #expect(ContinuousClock.now - start >= .milliseconds(20) * (whole.body.count / 100))
        #expect(slow.body == whole.body)
      }
    }
  }

  @Test
  func aSilentServerHoldsItsClientUntilThatGivesUp() async throws {
    try await withServer { server in
      server.faults.add(Fault(.neverAnswer, of: .list))
      let request = Task { try await Client.with(server) { try await $0.get(services) } }
      #expect(await server.requests.wait(within: .seconds(120)) { $0.count == 1 })
      request.cancel()
      await #expect(throws: (any Error).self) { try await request.value }
    }
  }

  @Test
  func aServerHangsUpWithoutAnAnswer() async throws {
    try await withServer { server in
      server.faults.add(Fault(.hangUp, times: 1))
      try await Client.with(server) { client in
        await #expect(throws: (any Error).self) { try await client.get(services) }
        let answer = try await client.get(services)
        #expect(answer.status == 200)
      }
    }
  }

  @Test
  func aProxyInBetweenAnswersInHTML() async throws {
    try await withServer { server in
      server.faults.add(Fault(.page(502)))
      let answer = try await Client.with(server) { try await $0.get(services) }
      #expect(answer.status == 502)
      #expect(answer.header["content-type"] == "text/html")
    }
  }

  @Test
  func garbageComesWithTheMediaTypeOfTheRealAnswer() async throws {
    try await withServer { server in
      server.faults.add(Fault(.garbage, of: .list))
      let answer = try await Client.with(server) {
        try await $0.get(services, accept: "application/vnd.kubernetes.protobuf")
      }
      #expect(answer.header["content-type"] == "application/vnd.kubernetes.protobuf")
      #expect(!answer.body.starts(with: Envelope.magic))
    }
  }

  @Test
  func missingRightsAreNamed() async throws {
    try await withServer { server in
      server.faults.add(Fault(.status(403), .endpointSlices))
      let answer = try await Client.with(server) { try await $0.get(Resource.endpointSlices.path) }
      #expect(answer.status == 403)
      #expect(try answer.value()["reason"] == "Forbidden")
      #expect(
        try answer.value()["message"].string?.contains("cannot list resource \"endpointslices\"") == true)
    }
  }

  @Test
  func aMalformedObjectSpoilsOnlyItself() async throws {
    try await withServer { server in
      try await server.store.apply(sample("a"))
      await server.store.applyMalformed(ObjectKey(.services, "b", namespace: "default"))
      try await server.store.apply(sample("c"))
      let answer = try await Client.with(server) { try await $0.get(services) }
      let items = try answer.value()["items"].elements
      #expect(items.map { $0["metadata"]["name"] } == ["a", "b", "c"])
      #expect(items.map { $0["spec"].members.isEmpty } == [false, true, false])
      #expect(try await server.store.delete(ObjectKey(.services, "b", namespace: "default")) == 104)
    }
  }

  @Test
  func aServerThatWasAwayComesBackOnItsPortWithItsObjects() async throws {
    try await withServer { server in
      try await server.store.apply(sample("a"))
      let port = server.port
      try await Client.with(server) { client in
        let watch = try await client.open(services + "?watch=true&resourceVersion=101")
        #expect(await server.store.waitForWatches(1, of: .services, within: .seconds(120)))
        await server.stop()
        await #expect(throws: (any Error).self) { for try await _ in watch.body {} }
        await #expect(throws: (any Error).self) { try await client.get(services) }
        try await server.start()
        #expect(server.port == port)
        #expect(try await client.get(services).value()["items"].elements.count == 1)
      }
    }
  }

  @Test
  func brokenConnectionsAreOpenedAnew() async throws {
    try await withServer { server in
      try await Client.with(server) { client in
        let watch = try await client.open(services + "?watch=true&resourceVersion=100")
        server.breakConnections()
        await #expect(throws: (any Error).self) { for try await _ in watch.body {} }
        #expect(try await client.get(services).status == 200)
        #expect(server.openedConnections == 2)
      }
    }
  }
}
