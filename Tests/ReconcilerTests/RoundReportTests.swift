import Addressing
import Glibc
import KernelFakes
import Reconciler
import Synchronization
import Testing

/// What the loop tells whoever measures it.
@Suite struct RoundReportTests {
  /// Keeps what a loop tells.
  private final class Book: Sendable {
    private let observations = Mutex<[LoopObservation]>([])

    func note(_ observation: LoopObservation) { observations.withLock { $0.append(observation) } }

    /// What was told since the last call.
    func takeRounds() -> [RoundReport] {
      take().compactMap { observation in
        if case .round(let round) = observation { round } else { nil }
      }
    }

    func takeFlowSearches() -> [FlowSearch] {
      take().compactMap { observation in
        if case .flowSearch(let search) = observation { search } else { nil }
      }
    }

    func takeHealthChecks() -> [HealthCheckChange] {
      var result: [HealthCheckChange] = []
      for case .healthChecks(let changes) in take() { result += changes }
      return result
    }

    private func take() -> [LoopObservation] {
      observations.withLock { all in
        defer { all = [] }
        return all
      }
    }

    var queued: QueuedChanges {
      observations.withLock { all in
        all.reduce(into: QueuedChanges()) { sum, observation in
          if case .queued(let changes) = observation {
            sum.services += changes.services
            sum.endpointSlices += changes.endpointSlices
          }
        }
      }
    }
  }

  private let web = service("web", ["10.96.0.1"])
  private let pods = slice("a", of: "web", [endpoint("10.244.0.1", node: "node-a")])
  private let book = Book()
  private let time = ManualTime(jumps: true)

  private func loop(_ kernel: any Kernel) -> ReconcileLoop {
    ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(testConfiguration),
      configuration: LoopConfiguration(jitter: { 0 }), time: time, observer: { [book] in book.note($0) })
  }

  @Test func aRoundCountsItsOperationsByKind() async throws {
    let loop = loop(FakeKernel())
    await loop.submit(complete(put(web), put(pods)))
    #expect(book.queued == QueuedChanges(services: 1, endpointSlices: 1))
    _ = await loop.converge()
    let round = try #require(book.takeRounds().first)
    #expect(round.isFull)
    #expect(round.operations[.addVirtualServer] == 1)
    #expect(round.operations[.addRealServer] == 1)
    #expect(round.operations[.addAddress] == 1)
    #expect(round.operations[.addMember] == 3)
    #expect(round.operations.operations == 6)
    #expect(round.operations.failures == 0)
    #expect(round.changes == QueuedChanges(services: 1, endpointSlices: 1))
    #expect(round.state.desired.virtualServers == FamilyCounts(ipv4: 1))
    #expect(round.state.desired.realServers == FamilyCounts(ipv4: 1))
    #expect(round.state.desired.addresses == FamilyCounts(ipv4: 1))
    #expect(round.state.pending == 0)
  }

  @Test func failuresAreCountedByKindAndErrnoAndNameTheirService() async throws {
    let loop = loop(
      FaultInjector(FakeKernel(), seed: 1, failureRate: 0) { operation in
        if case .addVirtualServer = operation { ENOENT } else { nil }
      })
    await loop.submit(complete(put(web), put(pods)))
    let convergence = await loop.converge(attempts: 2)
    let rounds = book.takeRounds()
    #expect(
      rounds.first?.operations.errors[OperationTally.ErrorKind(.addVirtualServer, errno: ENOENT)] == 1)
    #expect(rounds.first?.state.failingServices == 1)
    #expect(rounds.first?.state.failing == 1)
    #expect(convergence.failures.map(\.service) == [key("web")])
  }

  @Test func aRoundThatIsGivenUpLeavesItsChangesToTheNext() async throws {
    let kernel = FaultInjector(FakeKernel(), seed: 1, failureRate: 1, lostShare: 0)
    let loop = loop(kernel)
    await loop.submit(complete(put(web)))
    _ = await loop.converge(attempts: 2)
    let refused = book.takeRounds()
    #expect(refused.map(\.kernelFailures) == [1, 2])
    #expect(refused.allSatisfy { $0.kernelError?.errno == ENOBUFS && $0.changes == QueuedChanges() })
    await kernel.heal()
    #expect(await loop.converge().isComplete)
    let round = try #require(book.takeRounds().first)
    #expect(round.kernelError == nil)
    #expect(round.kernelFailures == 0)
    #expect(round.changes.services == 1)
  }

  @Test func aChangeIsTimedFromItsArrivalUntilTheKernelHasIt() async throws {
    let kernel = FaultInjector(FakeKernel(), seed: 1, failureRate: 0) { operation in
      if case .addRealServer(let server, _) = operation, server.id == real("10.244.0.2") {
        ENOMEM
      } else {
        nil
      }
    }
    let loop = loop(kernel)
    await loop.submit(complete(put(web), put(pods)))
    _ = await loop.converge()
    #expect(book.takeRounds().flatMap(\.inForce.latencies).isEmpty, "what the start brings is not a change")
    let start = time.now()
    await loop.submit(
      complete(put(slice("a", of: "web", [endpoint("10.244.0.1", node: "node-a"), endpoint("10.244.0.2")]))))
    _ = await loop.converge(attempts: 1)
    #expect(book.takeRounds().flatMap(\.inForce.latencies).isEmpty)
    await kernel.heal()
    time.advance(by: .seconds(3))
    _ = await loop.converge()
    #expect(book.takeRounds().flatMap(\.inForce.latencies) == [time.now() - start])
  }

  @Test func oneFailingServiceDoesNotHoldBackTheTimesOfAnother() async throws {
    let kernel = FaultInjector(FakeKernel(), seed: 1, failureRate: 0) { operation in
      if case .addVirtualServer(let server) = operation, server.id == tcp("10.96.0.2") { EINVAL } else { nil }
    }
    let loop = loop(kernel)
    await loop.submit(complete(put(web)))
    _ = await loop.converge()
    _ = book.takeRounds()
    await loop.submit(complete(put(service("bad", ["10.96.0.2"])), put(pods)))
    _ = await loop.converge(attempts: 1)
    #expect(book.takeRounds().flatMap(\.inForce.latencies).count == 1)
  }

  @Test func aTriggerTimeIsToldOnceWhenItsChangeIsInForce() async throws {
    let loop = loop(FakeKernel())
    var triggered = pods
    triggered.lastChangeTrigger = .seconds(1_000)
    await loop.submit(complete(put(web), put(triggered)))
    _ = await loop.converge()
    #expect(
      book.takeRounds().flatMap(\.inForce.triggers) == [EndpointTrigger(family: .ipv4, time: .seconds(1_000))]
    )
    triggered.endpoints.append(endpoint("10.244.0.2"))
    await loop.submit(complete(put(triggered)))
    _ = await loop.converge()
    #expect(book.takeRounds().flatMap(\.inForce.triggers).isEmpty)
  }

  @Test func aTriggerTimeAloneCostsNothing() async throws {
    let kernel = FakeKernel()
    let loop = loop(kernel)
    await loop.submit(complete(put(web), put(pods)))
    _ = await loop.converge()
    await kernel.clearLog()
    _ = book.takeRounds()
    var triggered = pods
    triggered.lastChangeTrigger = .seconds(1_000)
    await loop.submit(complete(put(triggered)))
    _ = await loop.converge()
    #expect(await kernel.batches.isEmpty)
    #expect(book.takeRounds().allSatisfy { $0.inForce == ChangesInForce() })
  }

  @Test func endedDrainsAreCountedByCause() async throws {
    let loop = loop(FakeKernel())
    await loop.submit(complete(put(web), put(pods)))
    _ = await loop.converge()
    await loop.submit(complete(remove(pods)))
    _ = await loop.converge()
    await loop.requestResync()
    _ = await loop.converge()
    let rounds = book.takeRounds()
    #expect(rounds.map(\.drainsEnded.idle).reduce(0, +) == 1)
    #expect(rounds.last?.state.draining == 0)
  }

  @Test func anEndpointThatReturnsAndAVirtualServerThatGoesEndTheirDrains() {
    var core = observedCore()
    _ = core.ingest(complete(put(web), put(pods)))
    _ = core.settle()
    _ = core.ingest(complete(remove(pods)))
    _ = core.settle()
    #expect(core.counts.draining == 1)
    _ = core.ingest(complete(put(pods)))
    _ = core.settle()
    #expect(core.counts.draining == 0)
    _ = core.ingest(complete(remove(pods)))
    _ = core.settle()
    _ = core.ingest(complete(remove(web)))
    _ = core.settle()
    #expect(core.counts.draining == 0)
  }

  @Test func healthCheckPortsAreToldWhenTheyChange() async throws {
    let loop = loop(FakeKernel())
    let checked = ServiceInput(
      key: key("web"), clusterIPs: [address("10.96.0.1")], ports: [ServicePortInput(port: 80)],
      externalScope: .local, healthCheckNodePort: 30_990)
    await loop.submit(complete(put(checked)))
    _ = await loop.converge()
    func change(_ count: Int) -> [HealthCheckChange] {
      [
        HealthCheckChange(
          service: key("web"), target: HealthCheckTarget(port: 30_990, localEndpoints: [.ipv4: count]))
      ]
    }
    #expect(book.takeHealthChecks() == change(0))
    // Twice the same address, one elsewhere, one that isn't ready, one that shuts down though it is ready.
    let here = endpoint("10.244.0.1", node: "node-a")
    var leaving = endpoint("10.244.0.3", node: "node-a")
    leaving.isTerminating = true
    var unready = endpoint("10.244.0.4", node: "node-a")
    unready.isReady = false
    await loop.submit(
      complete(
        put(slice("a", of: "web", [here, endpoint("10.244.0.2"), leaving, unready])),
        put(slice("b", of: "web", ports: [EndpointPortInput(port: 9090)], [here]))))
    _ = await loop.converge()
    #expect(book.takeHealthChecks() == change(1))
    await loop.submit(complete(put(slice("c", of: "web", [endpoint("10.244.0.9")]))))
    _ = await loop.converge()
    #expect(book.takeHealthChecks().isEmpty)
    await loop.submit(complete(remove(checked)))
    _ = await loop.converge()
    #expect(book.takeHealthChecks() == [HealthCheckChange(service: key("web"), target: nil)])
  }

  @Test func aSearchForOutdatedFlowsIsToldOncePerFamily() async {
    let loop = loop(FakeKernel())
    var dns = service("dns", ["10.96.0.10", "fd00::a"])
    dns.ports = [ServicePortInput(port: 53, nodePort: 0)]
    dns.ports[0].transport = .udp
    await loop.submit(
      complete(
        put(dns),
        put(
          slice(
            "a", of: "dns", ports: [EndpointPortInput(transport: .udp, port: 53)],
            [endpoint("10.244.0.1")]))))
    _ = await loop.converge()
    #expect(book.takeFlowSearches().map(\.family) == [.ipv4], "only where there is an endpoint now")
  }

  @Test func everyVirtualServerHasItsReason() async {
    let loop = loop(FakeKernel())
    await loop.submit(complete(put(web)))
    _ = await loop.converge()
    #expect(
      await loop.reasons() == [
        tcp("10.96.0.1"): Reason(service: key("web"), portName: "", rule: .clusterIP)
      ])
  }

  @Test func localPoliciesWithoutLocalEndpointsAreCounted() {
    var core = observedCore()
    let local = ServiceInput(
      key: key("web"), clusterIPs: [address("10.96.0.1"), address("fd00::1")],
      ports: [ServicePortInput(port: 80)], internalScope: .local, externalScope: .local)
    _ = core.ingest(complete(put(local)))
    #expect(core.counts.desired.internalWithoutLocalEndpoints.total == 0, "no endpoints at all")
    _ = core.ingest(complete(put(slice("a", of: "web", [endpoint("10.244.0.1")]))))
    #expect(core.counts.desired.internalWithoutLocalEndpoints == FamilyCounts(ipv4: 1))
    #expect(core.counts.desired.externalWithoutLocalEndpoints == FamilyCounts(ipv4: 1))
    _ = core.ingest(complete(put(slice("b", of: "web", [endpoint("10.244.0.2", node: "node-a")]))))
    #expect(core.counts.desired.internalWithoutLocalEndpoints.total == 0)
  }
}
