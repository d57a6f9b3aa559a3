import Addressing
import KernelFakes
import Reconciler
import SeededGenerator
import Testing

/// The laws of the design, over random worlds with seeds.
@Suite(.timeLimit(.minutes(5))) struct LawTests {
  /// A kernel that starts with things of others and remains of an earlier run.
  private func kernel(_ random: inout SeededGenerator) -> FakeKernel {
    FakeKernel(RandomWorld.kernelState(&random))
  }

  private func converge(
    _ kernel: any Kernel, _ world: RandomWorld, attempts: Int = 60
  ) async -> Convergence {
    let loop = ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(testConfiguration),
      configuration: LoopConfiguration(jitter: { 0 }), time: ManualTime(jumps: true))
    await loop.submit(InputBatch(world.changes, isComplete: true))
    return await loop.converge(attempts: attempts)
  }

  @Test(arguments: 0..<60) func applyingThePlanGivesWhatIsDesired(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let kernel = kernel(&random)
    let foreign = await kernel.state.withoutOwned()
    let world = RandomWorld(&random)
    #expect(await converge(kernel, world).isComplete)
    let state = await kernel.state
    #expect(state.withoutOwned().virtualServers == foreign.virtualServers)
    #expect(state.withoutOwned().addresses == foreign.addresses)
    #expect(state.owned() == world.expected())
  }

  @Test(arguments: 0..<30) func planningWhatIsThereGivesNothing(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let kernel = kernel(&random)
    let world = RandomWorld(&random)
    _ = await converge(kernel, world)
    var core = ReconcilerCore(testConfiguration)
    _ = core.ingest(InputBatch(world.changes, isComplete: true))
    core.adopt(await kernel.state)
    #expect(core.fullPlan(now: .zero).isEmpty)
  }

  @Test(arguments: 0..<60) func anyPrefixOfAPlanAndThenANewOneConverges(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let kernel = kernel(&random)
    let world = RandomWorld(&random)
    var core = ReconcilerCore(testConfiguration)
    _ = core.ingest(InputBatch(world.changes, isComplete: true))
    core.adopt(await kernel.state)
    _ = try await kernel.prepare()
    let operations = core.fullPlan(now: .zero).operations
    _ = await kernel.apply(Array(operations.prefix(Int.random(in: 0...operations.count, using: &random))))
    // The crash: everything in memory is lost.
    #expect(await converge(kernel, world).isComplete)
    #expect(await kernel.state.owned() == world.expected())
  }

  /// Services, slices, the node and its addresses come, change and go in any order, with looks in between; the end is
  /// what a fresh start from the final objects gives.
  @Test(.serialized, arguments: 0..<2000) func theOrderOfEventsDoesNotMatter(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let world = RandomWorld(&random)
    let detour = RandomWorld(&random)
    let kernel = FakeKernel()
    let loop = ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(testConfiguration),
      configuration: LoopConfiguration(jitter: { 0 }), time: ManualTime(jumps: true))
    for change in detour.changes.shuffled(using: &random) {
      await loop.submit(InputBatch([change], isComplete: true))
      if Bool.random(using: &random) { _ = await loop.converge() }
    }
    for change in (detour.removals + world.changes).orderedByObject(&random) {
      await loop.submit(InputBatch([change], isComplete: true))
      if Bool.random(using: &random) { _ = await loop.converge() }
    }
    #expect(await loop.converge().isComplete)
    #expect(await kernel.state.owned() == world.expected())
  }

  @Test(arguments: 0..<60) func withATenthOfAllWritesFailingTheStateConverges(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let base = kernel(&random)
    let world = RandomWorld(&random)
    let faulty = FaultInjector(base, seed: seed, failureRate: 0.1)
    let convergence = await converge(faulty, world)
    #expect(convergence.isComplete, "seed \(seed): \(convergence)")
    // A lost answer may leave a drain or a removal for the next look.
    await faulty.heal()
    _ = await converge(faulty, world)
    #expect(await base.state.owned() == world.expected(), "seed \(seed)")
  }

  @Test(arguments: 0..<30) func nothingOfOursIsEverThereWithoutItsRecord(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let world = RandomWorld(&random)
    let kernel = RecordWatcher()
    let faulty = FaultInjector(kernel, seed: seed, failureRate: 0.2, lostShare: 0)
    let loop = ReconcileLoop(
      kernel: faulty, core: ReconcilerCore(testConfiguration),
      configuration: LoopConfiguration(jitter: { 0 }), time: ManualTime(jumps: true))
    for change in (world.changes + world.removals) {
      await loop.submit(InputBatch([change], isComplete: true))
      _ = await loop.converge(attempts: 3)
    }
    let violations = await kernel.violations
    #expect(violations == [])
  }
}

/// A kernel that looks after each operation whether all of ours is recorded.
actor RecordWatcher: ForwardingKernel {
  nonisolated let base = FakeKernel()
  private(set) var violations: [String] = []

  func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] {
    var results: [KernelError?] = []
    for operation in operations {
      results += await base.apply([operation])
      let state = await base.state
      for id in state.virtualServers.keys where !Ownership().owns(id, in: state, nodeAddresses: [id.address])
      {
        violations.append("\(id) after \(operation)")
      }
      for address in state.addresses where !state.contains(boundEntry(address)) {
        violations.append("\(address) after \(operation)")
      }
    }
    return results
  }
}
