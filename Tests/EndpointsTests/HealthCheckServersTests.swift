import Addressing
import KernelFakes
import Monitoring
import Reconciler
import ServiceLifecycle
import Synchronization
import Testing

@testable import Endpoints

@Suite(.timeLimit(.minutes(5))) struct HealthCheckServersTests {
  private let web = ServiceKey(namespace: "feat", name: "lb-local")
  private let other = ServiceKey(namespace: "feat", name: "other")

  private final class Health: Sendable {
    private let value = Mutex(true)
    var isGood: Bool { value.withLock { $0 } }
    func turn(_ good: Bool) { value.withLock { $0 = good } }
  }

  /// Servers on the loopback addresses, for as long as the body runs.
  private func running(
    _ health: Health = Health(), time: any TimeSource = SystemTime(),
    _ body: (HealthCheckServers, inout AsyncStream<HealthCheckServerEvent>.Iterator) async throws -> Void
  ) async throws {
    let (events, feed) = AsyncStream.makeStream(of: HealthCheckServerEvent.self)
    let servers = HealthCheckServers(
      addresses: [loopback, loopback6], isProxyHealthy: { health.isGood }, time: time, logger: silent,
      report: { feed.yield($0) })
    let running = Task { await servers.run() }
    var iterator = events.makeAsyncIterator()
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(servers, &iterator))
    } catch {
      outcome = .failure(error)
    }
    running.cancel()
    await running.value
    try outcome.get()
  }

  private func change(_ service: ServiceKey, _ port: UInt16?, _ ipv4: Int = 1, _ ipv6: Int = 1)
    -> HealthCheckChange
  {
    HealthCheckChange(
      service: service,
      target: port.map { HealthCheckTarget(port: $0, localEndpoints: [.ipv4: ipv4, .ipv6: ipv6]) })
  }

  private func listening(_ service: ServiceKey, _ port: UInt16) -> Set<HealthCheckServerEvent> {
    [
      .listening(service, ListenAddress(loopback, port: port)),
      .listening(service, ListenAddress(loopback6, port: port)),
    ]
  }

  /// The next two events, in any order.
  private func two(_ events: inout AsyncStream<HealthCheckServerEvent>.Iterator) async -> Set<
    HealthCheckServerEvent
  > {
    var found: Set<HealthCheckServerEvent> = []
    for _ in 0..<2 { if let event = await events.next() { found.insert(event) } }
    return found
  }

  @Test func aPortAnswersForItsServiceOnEachFamily() async throws {
    let port = try await freePort()
    let health = Health()
    try await running(health) { servers, events async throws in
      servers.observe(.healthChecks([change(web, port, 1, 0)]))
      #expect(await two(&events) == listening(web, port))
      let (ipv4, ipv6) = (ListenAddress(loopback, port: port), ListenAddress(loopback6, port: port))
      let reply = try await ask(ipv4, "/any/path")
      #expect(reply.status == 200)
      #expect(reply.headers["content-type"] == "application/json")
      #expect(reply.headers["x-content-type-options"] == "nosniff")
      #expect(reply.headers["x-load-balancing-endpoint-weight"] == "1")
      #expect(
        reply.body
          == HealthCheckAnswer(service: web, localEndpoints: 1, isProxyHealthy: true).json)
      #expect(try await ask(ipv6, "/").status == 503)
      servers.observe(.healthChecks([change(web, port, 0, 3)]))
      #expect(try await ask(ipv4, "/").status == 503)
      #expect(try await ask(ipv6, "/").headers["x-load-balancing-endpoint-weight"] == "3")
      health.turn(false)
      let unhealthy = try await ask(ipv6, "/")
      #expect(unhealthy.status == 503)
      #expect(unhealthy.body.contains("\"serviceProxyHealthy\": false"))
    }
  }

  @Test func aPortGoesFromServiceToServiceAndWithTheLast() async throws {
    let (port, next) = (try await freePort(), try await freePort())
    try await running { servers, events async throws in
      servers.observe(.healthChecks([change(web, port)]))
      #expect(await two(&events) == listening(web, port))
      servers.observe(.healthChecks([change(other, port), change(web, next)]))
      let both = await two(&events).union(await two(&events))
      #expect(both == listening(other, port).union(listening(web, next)))
      #expect(try await ask(ListenAddress(loopback, port: port), "/").body.contains("\"name\": \"other\""))
      #expect(try await ask(ListenAddress(loopback, port: next), "/").body.contains("\"name\": \"lb-local\""))
      servers.observe(.healthChecks([change(other, nil)]))
      // Whoever follows has to wait until the port has been given up.
      servers.observe(.healthChecks([change(web, port)]))
      #expect(await two(&events) == listening(web, port))
      await #expect(throws: (any Error).self) { try await ask(ListenAddress(loopback, port: next), "/") }
    }
  }

  @Test func aPortThatIsTakenHarmsNoOtherAndIsHadLater() async throws {
    let occupant = try await Occupant()
    let taken = occupant.port
    let port = try await freePort()
    let time = ManualTime()
    try await running(time: time) { servers, events async throws in
      servers.observe(.healthChecks([change(web, taken)]))
      let first = await two(&events)
      #expect(first.contains(.listening(web, ListenAddress(loopback6, port: taken))))
      let failures = first.compactMap { event in
        if case .failed(let service, let error) = event { "\(service): \(error.address)" } else { nil }
      }
      #expect(failures == ["feat/lb-local: 127.0.0.1:\(taken)"])
      servers.observe(.healthChecks([change(other, port)]))
      #expect(await two(&events) == listening(other, port))
      try await occupant.leave()
      let advancing = Task {
        while !Task.isCancelled {
          time.advance(by: .seconds(5))
          await Task.yield()
        }
      }
      #expect(await events.next() == .listening(web, ListenAddress(loopback, port: taken)))
      advancing.cancel()
    }
  }

  @Test func aShutdownClosesAllPorts() async throws {
    let port = try await freePort()
    let (events, feed) = AsyncStream.makeStream(of: HealthCheckServerEvent.self)
    let servers = HealthCheckServers(
      addresses: [loopback], isProxyHealthy: { true }, logger: silent, report: { feed.yield($0) })
    let group = ServiceGroup(services: [servers], gracefulShutdownSignals: [], logger: silent)
    let running = Task { try await group.run() }
    servers.observe(.healthChecks([change(web, port)]))
    var iterator = events.makeAsyncIterator()
    _ = await iterator.next()
    await group.triggerGracefulShutdown()
    try await running.value
    let next = try await Occupant(port: port)
    try await next.leave()
  }
}
