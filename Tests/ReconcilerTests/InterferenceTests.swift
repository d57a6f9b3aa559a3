import Addressing
import Glibc
import KernelFakes
import Reconciler
import SeededGenerator
import Testing

/// Laws of a resync that is read in parts: whatever others do to the kernel and whatever changes come between any two
/// of its steps, the end is what is wanted, and nothing of others is touched.
@Suite(.timeLimit(.minutes(5))) struct InterferenceTests {
  private func loop(_ kernel: any Kernel) -> ReconcileLoop {
    var configuration = testConfiguration
    configuration.readLimit = 2
    configuration.chunkLimit = 5
    return ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(configuration),
      configuration: LoopConfiguration(jitter: { 0 }), time: ManualTime(jumps: true))
  }

  @Test(arguments: 0..<120) func whateverHappensBetweenTwoStepsTheStateConverges(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let world = RandomWorld(&random)
    let detour = RandomWorld(&random)
    let kernel = MeddledKernel(RandomWorld.kernelState(&random), seed: seed)
    let loop = loop(kernel)
    await loop.submit(InputBatch(detour.changes, isComplete: true))
    _ = await loop.converge(attempts: 60)
    // From here on something happens at every step, also to what the loop does about it.
    let changes = (detour.removals + world.changes).orderedByObject(&random)
    await kernel.meddle { kind in
      guard kind < changes.count else { return }
      await loop.submit(InputBatch([changes[kind]], isComplete: true))
    }
    for _ in 0..<4 {
      await loop.requestResync()
      _ = await loop.converge(attempts: 60)
    }
    await kernel.leaveAlone()
    // What the steps had no room for.
    let given = await kernel.changesGiven
    #expect(given > 20)
    for change in changes.dropFirst(given) {
      await loop.submit(InputBatch([change], isComplete: true))
    }
    await loop.requestResync()
    #expect(await loop.converge(attempts: 60).isComplete)
    let state = await kernel.state
    #expect(state.owned() == world.expected(), "seed \(seed)")
    #expect(await kernel.foreignIsUntouched, "seed \(seed)")
  }
}

/// A kernel that somebody else changes before and after each of its answers, and that fails to answer at times.
private actor MeddledKernel: Kernel {
  private let base: FakeKernel
  private var random: SeededGenerator
  private var isMeddled = false
  private var hand: (@Sendable (Int) async -> Void)?
  private(set) var changesGiven = 0
  /// What others have put there: addresses of 192.0.2.0/24.
  private var foreign: Set<VirtualServerID> = []

  init(_ state: KernelState, seed: UInt64) {
    base = FakeKernel(state)
    random = SeededGenerator(seed: seed ^ 0xABCD)
  }

  var state: KernelState { get async { await base.state } }
  var foreignIsUntouched: Bool {
    get async { foreign.isSubset(of: await base.state.virtualServers.keys) }
  }

  func meddle(_ hand: @escaping @Sendable (Int) async -> Void) {
    self.hand = hand
    isMeddled = true
  }

  func leaveAlone() { isMeddled = false }

  func prepare() async throws(KernelError) -> [Notice] {
    await step()
    try fail()
    return try await base.prepare()
  }

  func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    await step()
    try fail()
    let reading = try await base.read(part)
    await step()
    return reading
  }

  func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] {
    await step()
    let results = await base.apply(operations)
    await step()
    return results
  }

  func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] {
    try await base.connections(of: ids)
  }

  func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int { 0 }

  private func fail() throws(KernelError) {
    guard isMeddled, Int.random(in: 0..<60, using: &random) == 0 else { return }
    throw KernelError(.ipvs, errno: EINTR, object: "ipvsadm -Ln")
  }

  /// Half of the time a change is handed in, a third of the time somebody else does something.
  private func step() async {
    guard isMeddled else { return }
    if Bool.random(using: &random) {
      changesGiven += 1
      await hand?(changesGiven - 1)
    }
    guard Int.random(in: 0..<3, using: &random) == 0 else { return }
    let server = foreignServer()
    let action = Int.random(in: 0..<7, using: &random)
    let pick = Int.random(in: 0..<1000, using: &random)
    if action == 0 { foreign.insert(server.id) }
    await base.tamper { $0.suffer(action, pick, server) }
  }

  private func foreignServer() -> VirtualServer {
    VirtualServer(tcp("192.0.2.\(Int.random(in: 50..<60, using: &random))"))
  }
}

extension KernelState {
  /// What somebody else may do to what is ours, or beside it.
  fileprivate mutating func suffer(_ action: Int, _ pick: Int, _ foreign: VirtualServer) {
    let ours = virtualServers.keys.filter { !$0.address.description.hasPrefix("192.0.2.") }.sorted()
    let id = ours.isEmpty ? nil : ours[pick % ours.count]
    switch action {
    case 0: virtualServers[foreign.id] = VirtualServerState(foreign)
    case 1: if let id { virtualServers[id] = nil }
    case 2: if let id { virtualServers[id]?.realServers = [] }
    case 3: if let id { virtualServers[id]?.virtualServer.persistence = 7 }
    case 4:
      if let id { virtualServers[id]?.realServers[real("10.244.0.77")] = RealServer(real("10.244.0.77")) }
    case 5: if let address = id?.address { addresses.remove(address) }
    default:
      let set = IPSetID(.clusterIP, .ipv4)
      if let member = sets[set]?.min(by: { $0.description < $1.description }) { sets[set]?.remove(member) }
    }
  }
}
