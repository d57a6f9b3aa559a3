import Addressing
import KernelFakes
import SeededGenerator
import Testing

@testable import Reconciler

/// At start a chunk's addresses are bound while the next chunk is under way. Nothing else may differ.
@Suite(.timeLimit(.minutes(2))) struct OverlapTests {
  private func loop(_ kernel: any Kernel, chunkLimit: Int = 2) -> ReconcileLoop {
    let configuration = CoreConfiguration(
      resolver: ResolverPolicy(nodeName: "node-a"), chunkLimit: chunkLimit)
    return ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(configuration),
      configuration: LoopConfiguration(jitter: { 0 }), time: ManualTime(jumps: true))
  }

  private let services = (1...4).map { service("s\($0)", ["10.96.0.\($0)"]) }

  /// Otherwise the kernel would wait for ever.
  @Test func theNextChunkBeginsBeforeTheAddressesOfTheLastAreBound() async {
    let kernel = HesitantKernel(untilServers: 2)
    let loop = loop(kernel)
    await loop.submit(InputBatch(services.map(put), isComplete: true))
    #expect(await loop.converge().isComplete)
    #expect(await kernel.base.state.addresses.count == 4)
  }

  /// Otherwise the kernel would wait for ever: its addresses are on their way before more is planned.
  @Test func theAddressesOfAChunkDoNotWaitForTheMembersOfTheOneAfterTheNext() async {
    let kernel = HesitantKernel(untilServers: 0, membersPerBinding: 2)
    let loop = loop(kernel)
    await loop.submit(InputBatch(services.map(put), isComplete: true))
    #expect(await loop.converge().isComplete)
    #expect(await kernel.bindings == 4)
  }

  @Test(arguments: [2, 500]) func whatGoesWhileItsAddressIsBeingBoundLeavesNothing(chunkLimit: Int) async {
    let kernel = HesitantKernel(untilServers: 0)
    let loop = loop(kernel, chunkLimit: chunkLimit)
    let services = (1...200).map { service("s\($0)", ["10.96.1.\($0)"]) }
    // Those whose addresses are in flight come first.
    let gone = InputBatch(services.reversed().map(remove), isComplete: true)
    await kernel.whenBinding { await loop.submit(gone) }
    await loop.submit(InputBatch(services.map(put), isComplete: true))
    #expect(await loop.converge().isComplete)
    #expect(await loop.converge().isComplete)
    let state = await kernel.base.state
    #expect(state.addresses.isEmpty && state.virtualServers.isEmpty)
    #expect(state.sets.values.allSatisfy { $0.isEmpty })
  }

  /// An address that virtual servers of two chunks share is bound once.
  @Test func whatWasBoundMeanwhileIsNotBoundAgain() async {
    let kernel = HesitantKernel(untilServers: 0)
    let loop = loop(kernel)
    let ports = (1...9).map { ServicePortInput(name: "p\($0)", port: UInt16($0)) }
    await loop.submit(complete(put(service("web", ["10.96.0.1"], ports: ports))))
    #expect(await loop.converge().isComplete)
    #expect(await kernel.bindings == 1)
  }

  @Test(arguments: 0..<60) func manySmallChunksGiveWhatIsDesired(seed: UInt64) async {
    var random = SeededGenerator(seed: seed)
    let base = FakeKernel(RandomWorld.kernelState(&random))
    let world = RandomWorld(&random)
    let faulty = FaultInjector(base, seed: seed, failureRate: 0.1)
    let loop = loop(faulty)
    await loop.submit(InputBatch(world.changes, isComplete: true))
    _ = await loop.converge(attempts: 60)
    await faulty.heal()
    await loop.requestResync()
    #expect(await loop.converge(attempts: 60).isComplete, "seed \(seed)")
    #expect(await base.state.owned() == world.expected(), "seed \(seed)")
  }

  @Test(arguments: 0..<30) func inSmallChunksTooNothingIsThereWithoutItsRecord(seed: UInt64) async {
    var random = SeededGenerator(seed: seed)
    let world = RandomWorld(&random)
    let kernel = RecordWatcher()
    let loop = loop(FaultInjector(kernel, seed: seed, failureRate: 0.2, lostShare: 0))
    for changes in [world.changes, world.removals] {
      await loop.submit(InputBatch(changes, isComplete: true))
      _ = await loop.converge(attempts: 3)
    }
    #expect(await kernel.violations == [])
  }
}

/// A kernel that binds no address before it has been given virtual servers so many times, and that takes members only so
/// many times more often than it has been given addresses.
private actor HesitantKernel: ForwardingKernel {
  nonisolated let base = FakeKernel()
  private let untilServers: Int
  private let membersPerBinding: Int
  private var servers = 0
  private var memberships = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var waitingWithMembers: CheckedContinuation<Void, Never>?
  private var action: (@Sendable () async -> Void)?
  /// Addresses that were to be bound.
  private(set) var bindings = 0

  init(untilServers: Int, membersPerBinding: Int = .max) {
    self.untilServers = untilServers
    self.membersPerBinding = membersPerBinding
  }

  /// Done once, when the first address is to be bound.
  func whenBinding(_ action: @escaping @Sendable () async -> Void) { self.action = action }

  func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] {
    switch operations.first {
    case .addMember:
      memberships += 1
      if memberships - bindings > membersPerBinding {
        await withCheckedContinuation { waitingWithMembers = $0 }
      }
    case .addVirtualServer:
      servers += 1
      if servers >= untilServers {
        waiting.forEach { $0.resume() }
        waiting = []
      }
    case .addAddress:
      bindings += operations.count
      waitingWithMembers?.resume()
      waitingWithMembers = nil
      let action = action
      self.action = nil
      await action?()
      if servers < untilServers {
        await withCheckedContinuation { waiting.append($0) }
      }
    default: break
    }
    return await base.apply(operations)
  }
}
