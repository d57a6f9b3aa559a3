import Addressing
import KernelFakes
import Testing

@testable import Reconciler

/// What a start brings is made sense of in pieces, while the kernel is at work. Nobody may notice but who waits.
@Suite(.timeLimit(.minutes(2))) struct StartTests {
  private let services = (0..<1000).map { service("s\($0)", ["10.96.\($0 / 250).\($0 % 250)"]) }
  private var start: InputBatch { InputBatch(services.map(put), isComplete: true) }

  private func loop(_ kernel: any Kernel, chunkLimit: Int) -> ReconcileLoop {
    let configuration = CoreConfiguration(
      resolver: ResolverPolicy(nodeName: "node-a"), chunkLimit: chunkLimit)
    return ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(configuration),
      configuration: LoopConfiguration(jitter: { 0 }), time: ManualTime(jumps: true))
  }

  // MARK: - Pieces

  @Test func aPieceIsAboutHalfAChunkAndTheRestWaits() {
    var core = observedCore()
    #expect(core.take(start, arrived: nil).isEmpty)
    #expect(core.unresolved.count == 1000)
    #expect(core.counts.pending == 1000)
    let events = core.resolveNext()
    #expect(events.count == 250, "a Service without endpoints weighs as much as one endpoint")
    #expect(core.unresolved.count == 750)
    let large = service("large", ["10.97.0.1"])
    let endpoints = (0..<250).map { endpoint("10.244.1.\($0)") }
    var other = observedCore()
    let batch = [put(large)] + (0..<4).map { put(slice("e\($0)", of: "large", endpoints)) }
    _ = other.take(InputBatch(batch + services.map(put), isComplete: true), arrived: nil)
    #expect(other.resolveNext().count == 1, "a thousand endpoints are more than a chunk")
  }

  @Test func piecesGiveWhatTheWholeGives() {
    var whole = observedCore()
    _ = whole.ingest(start)
    var pieces = observedCore()
    _ = pieces.take(start, arrived: nil)
    while pieces.hasUnresolved { _ = pieces.resolveNext() }
    #expect(whole.settle() == pieces.settle())
    #expect(whole.known.virtualServers.count == 1000)
    #expect(whole.known == pieces.known)
  }

  @Test func theAPIServerAndDNSComeFirstThenTheSenior() {
    let dns = service(
      "dns", ["10.96.9.1"], ports: [ServicePortInput(transport: .udp, port: 53)], createdAt: 30)
    let senior = service("z-senior", ["10.96.9.2"], createdAt: 10)
    let junior = service("a-junior", ["10.96.9.3"], createdAt: 20)
    let others = (0..<100).map { service("s\($0)", ["10.97.0.\($0)"], createdAt: 15) }
    var core = observedCore()
    _ = core.take(InputBatch(([junior] + others + [senior, dns]).map(put), isComplete: true), arrived: nil)
    var order: [ServiceKey] = []
    while let (touch, _) = core.unresolved.popFirst() { order.append(touch.key) }
    #expect(order.prefix(2) == [dns.key, senior.key])
    #expect(order.last == junior.key)
    #expect(order.count == 103)
  }

  // MARK: - Removal

  @Test func nothingGoesBeforeAllIsResolved() {
    var core = ReconcilerCore(testConfiguration)
    let stale = tcp("10.96.200.1")
    var kernel = KernelState()
    kernel.sets[IPSetID(.clusterIP, .ipv4)] = [.addressPort(stale.address, .tcp, 80)]
    kernel.virtualServers[stale] = VirtualServerState(VirtualServer(stale, scheduler: .roundRobin))
    core.adopt(kernel)
    _ = core.take(start, arrived: nil)
    _ = core.resolveNext()
    #expect(!core.isComplete)
    let early = core.settleOnce()
    #expect(!early.isEmpty && !early.contains(.removeVirtualServer(stale)))
    while core.hasUnresolved { _ = core.resolveNext() }
    #expect(core.isComplete)
    #expect(core.settle().contains(.removeVirtualServer(stale)))
  }

  /// A source that is whole again costs what it kept from going, not all there is.
  @Test func becomingWholePutsInLineWhatWasWithheld() {
    var core = observedCore()
    let endpoints = [endpoint("10.244.0.1"), endpoint("10.244.0.2")]
    _ = core.ingest(InputBatch(services.map(put) + [put(slice("e", of: "s7", endpoints))], isComplete: true))
    _ = core.settle()
    let stray = VirtualServerID(address("10.96.0.7"), port: 80, transport: .tcp)
    core.known.virtualServers[stray]?.realServers[real("10.244.0.9")] = RealServer(
      real("10.244.0.9"), weight: 0)
    _ = core.ingest(partial())
    core.compareAll()
    #expect(core.settle().isEmpty, "nobody gave it up by name")
    _ = core.ingest(complete())
    #expect(core.dirty.count == 1)
    // It drains; without connections it goes.
    _ = core.settle()
    #expect(core.drains[stray, real("10.244.0.9")] != nil)
    _ = core.ingest(partial())
    _ = core.ingest(complete())
    #expect(core.dirty.isEmpty)
  }

  /// One Service gives up what another gets: in pieces, the address would be gone for a while.
  @Test func whatBelongsTogetherStaysTogetherWhileTheSourceIsIncomplete() {
    var core = observedCore()
    _ = core.ingest(InputBatch(services.map(put), isComplete: false))
    _ = core.settle()
    let renamed = services.map { service("new-\($0.key.name)", $0.clusterIPs.map(\.description)) }
    _ = core.take(InputBatch(services.map(remove) + renamed.map(put), isComplete: false), arrived: nil)
    #expect(!core.hasUnresolved)
    #expect(core.settle().isEmpty, "the same virtual servers, of other Services")
  }

  // MARK: - Changes

  @Test func aChangeIsResolvedAtOnceHoweverMuchWaits() {
    var core = observedCore()
    _ = core.take(start, arrived: nil)
    _ = core.resolveNext()
    let waiting = core.unresolved.count
    let last = service("s999", ["10.96.9.9"])
    let events = core.take(complete(put(last), put(service("new", ["10.96.9.10"]))), arrived: .zero)
    #expect(events.count == 2)
    #expect(core.unresolved.count == waiting)
    #expect(core.hasUrgentWork && !core.wantsMoreResolved)
    let chunk = core.nextChunk(now: .zero).operations.compactMap {
      if case .addVirtualServer(let server) = $0 { server.id } else { nil }
    }
    #expect(chunk == [tcp("10.96.9.9"), tcp("10.96.9.10")])
    while core.hasUnresolved { _ = core.resolveNext() }
    #expect(core.desired.claim(tcp("10.96.3.249")) == nil, "what was resolved meanwhile stays as it is")
  }

  /// A kernel that was read before the API server had answered.
  @Test func theKernelIsAtWorkBeforeAllIsResolved() async throws {
    let kernel = AskingKernel()
    let loop = loop(kernel, chunkLimit: 80)
    await loop.submit(partial())
    #expect(await loop.converge().isComplete)
    let urgent = complete(put(service("urgent", ["10.99.9.9"])))
    await kernel.atFirstServers {
      let left = await loop.core.unresolved.count
      await loop.submit(urgent)
      return left
    }
    await loop.submit(start)
    #expect(await loop.converge().isComplete)
    #expect(try #require(await kernel.answer) > 800)
    #expect(await kernel.second == [tcp("10.99.9.9")])
    #expect(await kernel.base.state.virtualServers.count == 1001)
  }

  /// Otherwise the kernel would be prepared for ever.
  @Test func whileTheKernelIsFirstReadServicesAreResolved() async {
    let kernel = PatientKernel()
    let loop = loop(kernel, chunkLimit: 80)
    await kernel.whenPrepared {
      while await loop.isMakingSense { await Task.yield() }
    }
    await loop.submit(start)
    #expect(await loop.converge().isComplete)
    #expect(await kernel.base.state.virtualServers.count == 1000)
  }

  @Test func aKernelThatCannotBeReadLeavesNoServiceUnresolved() async {
    let loop = loop(UnreadableKernel(), chunkLimit: 80)
    await loop.submit(start)
    #expect(await loop.converge(attempts: 1).kernelError != nil)
    #expect(await loop.core.desired.counts.services > 0)
    #expect(await !loop.core.hasUnresolved)
  }

  // MARK: - Conflicts

  /// A restart: the senior has the address in the kernel, and its place in the list is behind the junior's.
  @Test(arguments: [2, 80, 500]) func aRestartNeverHandsAnAddressToTheJunior(chunkLimit: Int) async {
    var senior = service("z-senior", ["10.97.0.1"], createdAt: 1)
    var junior = service("a-junior", ["10.97.0.2"], createdAt: 2)
    senior.externalIPs = [address("198.18.0.1")]
    junior.externalIPs = [address("198.18.0.1")]
    let slices = [
      slice("senior", of: "z-senior", [endpoint("10.244.0.1")]),
      slice("junior", of: "a-junior", [endpoint("10.244.0.2")]),
    ]
    let filling = (0..<100).map { service("m\($0)", ["10.98.0.\($0)"], createdAt: 3) }
    let changes = [put(junior)] + filling.map(put) + [put(senior)] + slices.map(put)
    let kernel = FakeKernel()
    let first = loop(kernel, chunkLimit: chunkLimit)
    await first.submit(InputBatch(changes, isComplete: true))
    #expect(await first.converge().isComplete)
    let before = await kernel.applied.count
    let second = loop(kernel, chunkLimit: chunkLimit)
    await second.submit(InputBatch(changes, isComplete: true))
    #expect(await second.converge().isComplete)
    #expect(await kernel.applied.count == before, "a restart is invisible")
  }

  /// DNS goes before who is older: here the older gets the address while the virtual server of the younger is being made,
  /// and it belongs in another set then. The record that it is made with must not go meanwhile.
  @Test func anAddressThatChangesHandsWhileItsVirtualServerIsMadeKeepsItsRecord() async {
    let metrics = ServicePortInput(name: "metrics", port: 9153)
    let dns = (1...3).map {
      service(
        "dns-\($0)", ["10.96.7.\($0)"],
        ports: [ServicePortInput(name: "dns", transport: .udp, port: 53)] + ($0 == 3 ? [metrics] : []))
    }
    var young = dns[2]
    young.createdAt = 50
    young.loadBalancerIPs = [address("198.18.0.1")]
    var old = service("old", ["10.96.8.1"], ports: [metrics], createdAt: 10)
    old.externalIPs = [address("198.18.0.1")]
    let kernel = RecordWatcher()
    let loop = loop(kernel, chunkLimit: 2)
    await loop.submit(InputBatch(([young, old] + dns[..<2]).map(put), isComplete: true))
    #expect(await loop.converge().isComplete)
    #expect(await kernel.violations == [])
    #expect(await loop.core.desired.winner(of: tcp("198.18.0.1", 9153)) == old.key)
  }

  // MARK: - In two chunks

  /// What came of the first is not known when the second is planned.
  @Test func noVirtualServerIsPlannedAgainBeforeItsAnswer() throws {
    var core = observedCore()
    _ = core.ingest(complete(put(services[0]), put(services[1])))
    let id = tcp("10.96.0.0")
    let firstAhead = core.chunkAhead(now: .zero, after: nil)
    let first = try #require(firstAhead)
    #expect(first.plan.operations.contains { $0.object == .virtualServer(id) })
    // As a retry does that falls due, or a conflict that is decided anew.
    core.dirty.insert(id, .critical)
    let secondAhead = core.chunkAhead(now: .zero, after: first)
    let second = try #require(secondAhead)
    #expect(second.plan.isEmpty)
    #expect(core.dirty.count == 1, "its turn comes again")
    let thirdAhead = core.chunkAhead(now: .zero, after: second)
    let third = try #require(thirdAhead)
    #expect(third.plan.operations.contains { $0.object == .virtualServer(id) })
  }
}

extension ReconcileLoop {
  /// Whether Services are still to be taken up or to be resolved.
  fileprivate var isMakingSense: Bool { core.services.isEmpty || core.hasUnresolved }
}

extension ReconcilerCore {
  /// Plans one chunk and takes it for done.
  fileprivate mutating func settleOnce() -> [Reconciler.Operation] {
    let plan = nextChunk(now: .zero)
    var progress = ChunkProgress(plan)
    _ = record(plan.operations, plan.operations.map { _ in nil }, &progress, now: .zero, jitter: { 0 })
    return plan.operations
  }
}

/// A kernel that asks something when it is given its first virtual servers.
private actor AskingKernel: ForwardingKernel {
  nonisolated let base = FakeKernel()
  private var question: (@Sendable () async -> Int)?
  private(set) var answer: Int?
  /// The virtual servers that it was given next.
  private(set) var second: [VirtualServerID]?

  func atFirstServers(_ question: @escaping @Sendable () async -> Int) { self.question = question }

  func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] {
    let servers = operations.compactMap {
      if case .addVirtualServer(let server) = $0 { server.id } else { nil as VirtualServerID? }
    }
    if !servers.isEmpty {
      if answer == nil { answer = await question?() } else if second == nil { second = servers }
    }
    return await base.apply(operations)
  }
}

/// A kernel that is prepared when something has happened.
private actor PatientKernel: ForwardingKernel {
  nonisolated let base = FakeKernel()
  private var condition: (@Sendable () async -> Void)?

  func whenPrepared(_ condition: @escaping @Sendable () async -> Void) { self.condition = condition }

  func prepare() async throws(KernelError) -> [Notice] {
    await condition?()
    return try await base.prepare()
  }
}

private struct UnreadableKernel: ForwardingKernel {
  let base = FakeKernel()

  func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    throw KernelError(.ipvs, errno: 5, object: "read")
  }
}
