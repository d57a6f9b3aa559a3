import Addressing
import Glibc
import KernelFakes
import Testing

@testable import Reconciler

/// What is done while the kernel is at work: the next chunk is planned and its members added, the next part is read. A change that comes
/// meanwhile still goes first, and nothing that was done ahead is lost or done on what is no longer so.
@Suite(.timeLimit(.minutes(2))) struct AheadTests {
  private func loop(_ kernel: any Kernel, time: ManualTime = ManualTime(jumps: true)) -> ReconcileLoop {
    var configuration = CoreConfiguration(resolver: ResolverPolicy(nodeName: "node-a"), chunkLimit: 2)
    configuration.readLimit = 1
    return ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(configuration),
      configuration: LoopConfiguration(jitter: { 0 }), time: time)
  }

  /// Each makes a chunk.
  private let services = (1...4).map { service("s\($0)", ["10.96.0.\($0)"]) }
  private let urgent = service("urgent", ["10.96.9.9"])

  /// Otherwise the kernel would wait for ever.
  @Test func theNextChunkHasItsMembersBeforeTheKernelHasMadeTheServersOfThis() async {
    let kernel = WatchedKernel()
    let loop = loop(kernel)
    await kernel.beforeServers { number in if number < 4 { await kernel.members(ofChunk: number + 1) } }
    await loop.submit(InputBatch(services.map(put), isComplete: true))
    #expect(await loop.converge().isComplete)
    #expect(await kernel.servers == services.map { tcp("\($0.clusterIPs[0])") })
  }

  @Test(arguments: 1...3) func aChangeGoesBeforeTheChunkThatHasOnlyItsMembers(number: Int) async {
    let kernel = WatchedKernel()
    let loop = loop(kernel)
    let change = complete(put(urgent))
    await kernel.beforeServers { if $0 == number { await loop.submit(change) } }
    await loop.submit(InputBatch(services.map(put), isComplete: true))
    #expect(await loop.converge().isComplete)
    let servers = await kernel.servers
    #expect(servers[number] == tcp("10.96.9.9"))
    #expect(Set(servers) == Set((services + [urgent]).map { tcp("\($0.clusterIPs[0])") }))
    #expect(servers.count == 5, "none twice")
  }

  /// Of what was planned ahead nothing is wanted any more.
  @Test(arguments: [false, true]) func whatGoesMeanwhileIsNeverMade(hasMembers: Bool) async {
    let kernel = WatchedKernel()
    let loop = loop(kernel)
    let removals = InputBatch(services.dropFirst().map(remove), isComplete: true)
    await kernel.beforeServers { number in
      guard number == 1 else { return }
      if hasMembers { await kernel.members(ofChunk: 2) }
      await loop.submit(removals)
    }
    await loop.submit(InputBatch(services.map(put), isComplete: true))
    #expect(await loop.converge().isComplete)
    #expect(await kernel.servers == [tcp("10.96.0.1")])
    let state = await kernel.base.state
    #expect(state.virtualServers.count == 1)
    #expect(state.sets.values.allSatisfy { $0.count <= 1 })
  }

  @Test func whatFailedIsTriedAgainInTheMidstOfAStart() async {
    let kernel = WatchedKernel()
    let first = tcp("10.96.0.1")
    let faulty = FaultInjector(
      kernel, seed: 1, failureRate: 0,
      cursed: { if case .addVirtualServer(let server) = $0, server.id == first { EBUSY } else { nil } })
    let time = ManualTime(jumps: true)
    let loop = loop(faulty, time: time)
    await kernel.beforeServers { _ in
      await faulty.heal()
      time.advance(by: .seconds(60))
    }
    let services = (1...6).map { service("s\($0)", ["10.96.0.\($0)"]) }
    await loop.submit(InputBatch(services.map(put), isComplete: true))
    #expect(await loop.converge().isComplete)
    let servers = await kernel.servers
    #expect(servers.count == 6 && servers.first != first && servers.last != first)
  }

  @Test func aChangeIsInForceBeforeTheNextPartIsRead() async throws {
    let kernel = WatchedKernel()
    let loop = loop(kernel)
    await loop.submit(InputBatch(services.map(put), isComplete: true))
    #expect(await loop.converge().isComplete)
    let change = complete(put(urgent))
    await kernel.beforeRealServers { number in if number == 2 { await loop.submit(change) } }
    await loop.requestResync()
    #expect(await loop.converge().isComplete)
    let steps = await kernel.steps
    let served = try #require(steps.firstIndex(of: "serve 10.96.9.9:80/tcp"))
    #expect(steps[..<served].count { $0.hasPrefix("read") } == 2)
    // Those of the start too, where the kernel was empty: 4 in all.
    #expect(steps.count { $0.hasPrefix("read") } == 4)
  }

  /// A reading that was made before something is done to the kernel must not be believed after it.
  @Test func nothingIsDoneBetweenAReadingAndItsBeingTakenIn() async {
    let kernel = WatchedKernel()
    let loop = loop(kernel)
    await loop.submit(InputBatch(services.map(put), isComplete: true))
    #expect(await loop.converge().isComplete)
    for round in 1...4 {
      let change = complete(put(slice("e", of: "s\(round)", [endpoint("10.244.0.\(round)")])))
      await kernel.beforeRealServers { number in if number == round { await loop.submit(change) } }
      await loop.requestResync()
      #expect(await loop.converge().isComplete)
      #expect(await loop.core.known.virtualServers == kernel.base.state.virtualServers)
    }
  }
}

/// A kernel that notes what it is asked for, and lets something happen before it does it.
private actor WatchedKernel: ForwardingKernel {
  nonisolated let base = FakeKernel()
  private(set) var steps: [String] = []
  /// In the order in which they were made.
  private(set) var servers: [VirtualServerID] = []
  private var chunks = 0
  /// How often members were added.
  private var memberships = 0
  private var waiting: [(memberships: Int, CheckedContinuation<Void, Never>)] = []
  private var readings = 0
  private var beforeServers: (@Sendable (Int) async -> Void)?
  private var beforeRealServers: (@Sendable (Int) async -> Void)?

  /// - Parameter action: is given the number of the chunk whose virtual servers are to be made, from 1.
  func beforeServers(_ action: @escaping @Sendable (Int) async -> Void) { beforeServers = action }

  /// - Parameter action: is given the number of the part with real servers that is to be read, from 1 on.
  func beforeRealServers(_ action: @escaping @Sendable (Int) async -> Void) {
    beforeRealServers = action
    readings = 0
  }

  /// Waits until the chunk of that number has its members.
  func members(ofChunk number: Int) async {
    if memberships < number { await withCheckedContinuation { waiting.append((number, $0)) } }
  }

  private func noteMembers() {
    memberships += 1
    for (number, continuation) in waiting where number <= memberships { continuation.resume() }
    waiting.removeAll { $0.memberships <= memberships }
  }

  func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] {
    defer { if case .addMember = operations.first { noteMembers() } }
    let new = operations.compactMap {
      if case .addVirtualServer(let server) = $0 { server.id } else { nil as VirtualServerID? }
    }
    if !new.isEmpty {
      chunks += 1
      servers += new
      steps += new.map { "serve \($0)" }
      await beforeServers?(chunks)
    }
    return await base.apply(operations)
  }

  func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    guard case .realServers = part else { return try await base.read(part) }
    readings += 1
    steps.append("read")
    await beforeRealServers?(readings)
    return try await base.read(part)
  }
}
