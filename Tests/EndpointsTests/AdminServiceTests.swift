import Addressing
import AdminClient
import FoundationEssentials
import Glibc
import Inspection
import KernelFakes
import NIOCore
import NIOPosix
import Reconciler
import SeededGenerator
import Synchronization
import Testing

@testable import Endpoints

@Suite(.timeLimit(.minutes(5))) struct AdminServiceTests {
  private static func inspector(services: Int = 1) async -> Inspector {
    let loop = ReconcileLoop(
      kernel: FakeKernel(),
      core: ReconcilerCore(CoreConfiguration(resolver: ResolverPolicy(nodeName: "node-a"))),
      time: ManualTime(jumps: true))
    let changes = (0..<services).map { number in
      let service = ServiceInput(
        key: ServiceKey(namespace: "default", name: "s\(number)"),
        clusterIPs: [IPAddress(ipv4: 0x0A60_0001 + UInt32(number))], ports: [ServicePortInput(port: 80)])
      return InputChange.service(service.key, service)
    }
    await loop.submit(InputBatch(changes, isComplete: true))
    _ = await loop.converge()
    return Inspector(
      loop, rules: TrafficRules(),
      process: {
        ProcessFacts(
          process: nil, source: [SourceStatus(name: "manifests", isSynced: true, objects: services)],
          healthProblems: [], lastRound: nil,
          drift: DriftStatus(operations: 0, rounds: 0, lastSecondsAgo: nil))
      }, unserved: { [UnservedService(namespace: "default", name: "db", externalName: "db.example.com")] })
  }

  /// A service on a socket of its own for as long as the body runs.
  private func serving(
    _ inspector: Inspector, users: Set<UInt32> = [geteuid()], _ body: (String) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/admin-\(UInt32.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/admin.sock"
    let (events, feed) = AsyncStream.makeStream(of: AdminEvent.self)
    let service = AdminService(path: path, inspector: inspector, users: users, logger: silent) {
      feed.yield($0)
    }
    let running = Task { try await service.run() }
    var iterator = events.makeAsyncIterator()
    #expect(await iterator.next() == .listening(path: path))
    do {
      try await body(path)
    } catch {
      running.cancel()
      throw error
    }
    running.cancel()
    try await running.value
    #expect(access(path, F_OK) != 0, "the socket goes with the service")
  }

  private func asking<Result>(_ path: String, _ body: (AdminClient) async throws -> Result) async throws
    -> Result
  {
    let client = AdminClient(path: path)
    do {
      let result = try await body(client)
      await client.shutdown()
      return result
    } catch {
      await client.shutdown()
      throw error
    }
  }

  @Test func aClientGetsTheAnswersOfTheInspector() async throws {
    let inspector = await Self.inspector(services: Inspector.pageSize + 3)
    try await serving(inspector) { path in
      try await asking(path) { client in
        let (health, wantedHealth) = (try await client.health(), await inspector.health())
        #expect(health == wantedHealth)
        let services = try await client.services(ServiceQuery())
        let wantedServices = await inspector.services(ServiceQuery())
        #expect(services == wantedServices && services.count == Inspector.pageSize + 3)
        let named = try await client.services(ServiceQuery(namespace: "default", name: "s7"))
        #expect(named.map(\.name) == ["s7"])
        let addresses = try await client.serviceAddresses()
        let wantedAddresses = await inspector.serviceAddresses()
        #expect(addresses == wantedAddresses && addresses.count == Inspector.pageSize + 3)
        #expect(addresses.first?.virtualServers == ["10.96.0.1:80/tcp"])
        let (nodes, wantedNodes) = (try await client.nodes(), await inspector.nodes())
        #expect(nodes == wantedNodes)
        let path = try await client.explain("10.96.0.1:80/tcp", from: "node")
        let wantedPath = try await inspector.explain("10.96.0.1:80/tcp", from: "node")
        #expect(path == wantedPath && path.connection?.service == "default/s0")
        let explained = try await client.explain("s7", from: "")
        #expect(explained.service?.name == "s7")
        let unserved = try await client.unservedServices()
        #expect(unserved?.map(\.externalName) == ["db.example.com"])
        await #expect(throws: InvalidQuestion("'10.96.0.1' needs a port: 10.96.0.10:53/udp, [fd00::a]:53")) {
          try await client.explain("10.96.0.1", from: "")
        }
        await #expect(throws: NothingKnown("no Service a/b is known to this node")) {
          try await client.explain("a/b", from: "")
        }
      }
    }
  }

  @Test func theSocketIsForItsOwnerOnly() async throws {
    try await serving(await Self.inspector()) { path in
      var status = stat()
      #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
      var folder = stat()
      let parent = String(path.prefix { _ in true }.dropLast("/admin.sock".count))
      #expect(lstat(parent, &folder) == 0 && folder.st_mode & 0o777 == 0o700)
    }
  }

  @Test func whoIsNotAmongTheUsersGetsNoAnswer() async throws {
    // Everybody but the one who asks.
    try await serving(await Self.inspector(), users: [geteuid() &+ 1]) { path in
      let heard = try await Self.say("GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n", path)
      #expect(heard == "")
      await #expect(throws: AdminError.forbidden(path: path)) {
        try await asking(path) { try await $0.health() }
      }
    }
  }

  @Test func withoutAProcessTheClientSaysSo() async throws {
    let path = FileManager.default.temporaryDirectory.path + "/nobody-\(UInt32.random(in: 0 ... .max)).sock"
    await #expect(throws: AdminError.noProcess(path: path)) {
      try await asking(path) { try await $0.health() }
    }
  }

  @Test func aSocketLeftBehindIsTakenOver() async throws {
    let path = FileManager.default.temporaryDirectory.path + "/left-\(UInt32.random(in: 0 ... .max)).sock"
    defer { unlink(path) }
    try Self.leaveSocket(path)
    await #expect(throws: AdminError.noProcess(path: path)) {
      try await asking(path) { try await $0.health() }
    }
    try AdminSocket(path: path).makeRoom()
    #expect(access(path, F_OK) != 0)
  }

  @Test func whatIsNoSocketAndWhatOthersListenOnStays() async throws {
    let file = FileManager.default.temporaryDirectory.path + "/file-\(UInt32.random(in: 0 ... .max))"
    defer { unlink(file) }
    #expect(FileManager.default.createFile(atPath: file, contents: Data()))
    #expect(throws: AdminSocketError.self) { try AdminSocket(path: file).makeRoom() }
    #expect(access(file, F_OK) == 0)
    try await serving(await Self.inspector()) { path in
      let error = #expect(throws: AdminSocketError.self) { try AdminSocket(path: path).makeRoom() }
      #expect(error?.message.hasPrefix("another process listens there") == true)
      let health = try await asking(path) { try await $0.health() }
      #expect(health.isHealthy)
    }
  }

  // MARK: - Clients that mean no good

  @Test func malformedAndOversizedRequestsHarmNobody() async throws {
    try await serving(await Self.inspector()) { path in
      let requests: [(String, answer: String)] = [
        ("\u{0}\u{1}\u{2}garbage\r\n\r\n", "HTTP/1.1 400"), ("GET /v1/status\r\n\r\n", ""),
        ("POST /v1/status HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 405"),
        ("GET /v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 404"),
        (
          "GET /v1/explain?target=%zz%00&from=%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
          "HTTP/1.1 404"
        ),
        ("GET /v1/services?after=x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200"),
        ("GET /v1/status HTTP/1.1\r\nHost: \(String(repeating: "x", count: 1 << 20))\r\n\r\n", ""),
        (
          "GET /\(String(repeating: "y", count: 1 << 20)) HTTP/1.1\r\n\(String(repeating: "A: b\r\n", count: 500))\r\n",
          ""
        ),
      ]
      for (request, answer) in requests {
        let heard = try await Self.say(request, path)
        #expect(heard.hasPrefix(answer), "\(request.prefix(40)): \(heard.prefix(80))")
      }
      let health = try await asking(path) { try await $0.health() }
      #expect(health.isHealthy)
    }
  }

  /// Requests with pieces of real ones in the wrong places, and bytes that are no text.
  @Test(arguments: [UInt64(1), 2, 3]) func noRequestHarmsTheNext(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "GET ", "POST ", "/v1/status", "/v1/services?after=", "/v1/addresses?after=", "/v1/explain?target=",
      "%", "%00", "%f0%9f", " HTTP/1.1", " HTTP/9.9", "\r\n", "\r\n\r\n", "Host: x", "Content-Length: -1",
      "Content-Length: 99999999999999999999", "Transfer-Encoding: chunked", "fffffffffffffffff\r\n", "\u{0}",
      "[::", "a/b/c", ":", "Connection: close\r\n", "Upgrade: h2c\r\n",
    ]
    try await serving(await Self.inspector()) { path in
      for _ in 0..<40 {
        let request = (0..<Int.random(in: 1...12, using: &random)).map { _ in
          pieces.randomElement(using: &random) ?? ""
        }.joined()
        let heard = try await Self.say(request, path)
        #expect(heard.isEmpty || heard.hasPrefix("HTTP/1.1 "), "\(request)")
      }
      let health = try await asking(path) { try await $0.health() }
      #expect(health.isHealthy)
    }
  }

  @Test func moreConnectionsThanTheLimitAreClosedAtOnce() async throws {
    try await serving(await Self.inspector()) { path in
      // On a busy machine the silent ones may have been closed for their silence before all were there.
      var isRefused = false
      for _ in 0..<20 where !isRefused {
        var silent: [any Channel] = []
        for _ in 0..<AdminService.limits.connections {
          silent.append(
            try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
              .connect(unixDomainSocketPath: path).get())
        }
        // The silent ones were accepted before.
        let question = "GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        isRefused = try await Self.say(question, path).isEmpty
        for channel in silent { try? await channel.close() }
      }
      #expect(isRefused)
      var isAnswered = false
      for _ in 0..<1000 where !isAnswered {
        isAnswered = (try? await asking(path) { try await $0.health() }) != nil
      }
      #expect(isAnswered, "there is room again")
    }
  }

  /// Says something and hears until the end.
  private static func say(_ text: String, _ path: String) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(unixDomainSocketPath: path) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
      }
    let heard = Mutex("")
    do {
      try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(string: text))
        outbound.finish()
        for try await part in inbound { heard.withLock { $0 += String(buffer: part) } }
      }
    } catch  where error is IOError || error is ChannelError {
      // A server that has cut the client off.
    }
    return heard.withLock { $0 }
  }

  private static func leaveSocket(_ path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
    }
    try #require(result == 0)
  }
}
