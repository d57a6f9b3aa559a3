import KernelFakes
import NIOCore
import NIOHTTP1
import Reconciler
import Synchronization
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(5))) struct HTTPTransportTests {
  @Test func aRequestCarriesPathQueryHeaderAndBody() async throws {
    let server = try await TestServer { _ in .whole(status: 201, headers: [("Retry-After", "7")], body: "{}")
    }
    var access = try ClusterAccess.test(
      port: server.port, encrypted: false, authentication: .token("secret"))
    access.server.pathPrefix = "/k8s/c-1"
    let request = APIRequest(
      .post, "/api/v1/namespaces/a b/events",
      query: [.init("labelSelector", "!a/b,c in (d)"), .init("limit", "5")],
      accept: "application/json;as=Table", contentType: "application/json", body: Array("[1]".utf8))
    try await withTransport(access) { transport in
      let response = try await transport.send(request)
      #expect(response.status == 201)
      #expect(response.retryAfter == .seconds(7))
      #expect(try await response.text() == "{}")
    }
    let seen = try #require(server.requests.first)
    #expect(
      seen.head.uri
        == "/k8s/c-1/api/v1/namespaces/a%20b/events?labelSelector=%21a%2Fb%2Cc%20in%20%28d%29&limit=5")
    #expect(seen.head.method == .POST)
    #expect(seen.body == Array("[1]".utf8))
    #expect(seen.head.headers["authorization"] == ["Bearer secret"])
    #expect(seen.head.headers["accept"] == ["application/json;as=Table"])
    #expect(seen.head.headers["content-type"] == ["application/json"])
    #expect(seen.head.headers["host"] == ["127.0.0.1:\(server.port)"])
    #expect(seen.head.headers["accept-encoding"] == [])
    #expect(seen.head.headers["user-agent"].first?.hasPrefix("ipvs-proxy/1.2.3 (linux/") == true)
    await server.stop()
  }

  @Test func partsArriveAsTheyAreSentAndTheConnectionIsUsedAgain() async throws {
    let server = try await TestServer { request in
      request.head.uri == "/watch" ? .unfinished(parts: ["one\n"]) : .whole(body: "all")
    }
    try await withTransport(try .test(port: server.port, encrypted: false)) { transport in
      for _ in 0..<3 {
        let text = try await transport.send(APIRequest(.get, "/list")).text()
        #expect(text == "all")
      }
      #expect(server.connectionCount == 1)
      let watch = try await transport.send(APIRequest(.get, "/watch", idleTimeout: nil))
      var parts = watch.body.makeAsyncIterator()
      let first = try await parts.next()
      #expect(first == ByteBuffer(string: "one\n"))
    }
    await server.stop()
  }

  @Test func anAnswerThatEndsTooEarlyIsAnErrorNotAnEnd() async throws {
    let server = try await TestServer { _ in .broken(parts: ["half"]) }
    try await withTransport(try .test(port: server.port, encrypted: false)) { transport in
      let response = try await transport.send(APIRequest(.get, "/list"))
      await #expect {
        _ = try await response.text()
      } throws: { ($0 as? TransportError)?.kind == .closed }
    }
    await server.stop()
  }

  @Test func silenceBeforeTheHeaderAndBetweenPartsIsATimeout() async throws {
    let server = try await TestServer { request in
      request.head.uri == "/silent" ? .silence : .unfinished(parts: ["one"])
    }
    // The body's timeout is at once on this clock; the header's is on the client's own.
    let time = ManualTime(jumps: true)
    try await withTransport(try .test(port: server.port, encrypted: false), time: time) { transport in
      let silent = APIRequest(.get, "/silent", idleTimeout: .milliseconds(50))
      #expect(await requestFailure(of: silent, over: transport)?.kind == .timeout)
      let response = try await transport.send(APIRequest(.get, "/", idleTimeout: .seconds(30)))
      await #expect {
        _ = try await response.text()
      } throws: { ($0 as? TransportError)?.kind == .timeout }
      #expect(time.now() >= .seconds(30))
    }
    await server.stop()
  }

  @Test func cancellingTheReaderClosesTheConnection() async throws {
    let server = try await TestServer { _ in .unfinished(parts: ["one"]) }
    try await withTransport(try .test(port: server.port, encrypted: false)) { transport in
      let response = try await transport.send(APIRequest(.get, "/", idleTimeout: nil))
      let (started, start) = AsyncStream<Void>.makeStream()
      let reader = Task {
        for try await _ in response.body { start.yield() }
      }
      for await _ in started { break }
      reader.cancel()
      for await _ in server.endings { break }
      _ = await reader.result
    }
    await server.stop()
  }

  @Test func droppingTheBodyClosesTheConnection() async throws {
    let server = try await TestServer { _ in .unfinished(parts: ["one"]) }
    try await withTransport(try .test(port: server.port, encrypted: false)) { transport in
      let status = try await transport.send(APIRequest(.get, "/", idleTimeout: nil)).status
      #expect(status == 200)
      for await _ in server.endings { break }
    }
    await server.stop()
  }

  @Test func aReaderThatWaitsSlowsTheServerDown() async throws {
    let parts = 1024
    let server = try await TestServer { request in
      request.head.uri == "/flood" ? .flood(parts: parts) : .whole(body: "x")
    }
    try await withTransport(try .test(port: server.port, encrypted: false)) { transport in
      let flood = try await transport.send(APIRequest(.get, "/flood", idleTimeout: nil))
      var body = flood.body.makeAsyncIterator()
      var received = try await body.next()?.readableBytes ?? 0
      // Time for the server to send everything, if anybody took it.
      for _ in 0..<200 { _ = try await transport.send(APIRequest(.get, "/small")).text() }
      #expect(server.floodedParts < parts / 2)
      while let part = try await body.next() { received += part.readableBytes }
      #expect(received == parts * (64 << 10))
    }
    await server.stop()
  }

  @Test func requestsWaitForTheLimit() async throws {
    let server = try await TestServer { _ in .whole() }
    let time = ManualTime(jumps: true)
    try await withTransport(
      try .test(port: server.port, encrypted: false), limit: RequestLimit(qps: 4, burst: 2), time: time
    ) { transport in
      for count in 1...6 {
        _ = try await transport.send(APIRequest(.get, "/", idleTimeout: nil))
        #expect(time.now() == .milliseconds(250) * max(0, count - 2))
      }
    }
    await server.stop()
  }

  @Test func anAnswer401HasThePluginRunAgainOnce() async throws {
    let runs = Mutex(0)
    let host = HostAccess.fake(run: { _ in
      let number = runs.withLock { count in
        count += 1
        return count
      }
      return Array(
        #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t\#(number)"}}"#
          .utf8)
    })
    let server = try await TestServer { request in
      request.head.headers["authorization"] == ["Bearer t1"] ? .whole(status: 401) : .whole()
    }
    let plugin = ExecPlugin(apiVersion: "client.authentication.k8s.io/v1", command: "login")
    let access = try ClusterAccess.test(
      port: server.port, encrypted: false, authentication: .plugin(plugin))
    try await withTransport(access, host: host) { transport in
      var statuses: [Int] = []
      for _ in 0..<3 { statuses.append(try await transport.send(APIRequest(.get, "/")).status) }
      #expect(statuses == [401, 200, 200])
    }
    #expect(runs.withLock(\.self) == 2)
    await server.stop()
  }

  @Test func afterTheShutdownRequestsFail() async throws {
    let transport = HTTPTransport(
      CredentialSource(try .test(port: 1, encrypted: false), tell: { _ in }), version: "1", tell: { _ in })
    await transport.shutdown()
    #expect(await requestFailure(over: transport)?.kind == .cancelled)
  }

  @Test func retryAfterIsSecondsWithinADay() {
    #expect(HTTPTransport.retryAfter("30") == .seconds(30))
    #expect(HTTPTransport.retryAfter("-1") == nil)
    #expect(HTTPTransport.retryAfter("99999999999999") == nil)
    #expect(HTTPTransport.retryAfter("Wed, 21 Oct 2026 07:28:00 GMT") == nil)
  }
}
