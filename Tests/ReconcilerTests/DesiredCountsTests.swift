import Addressing
import KernelFakes
import SeededGenerator
import Testing

@testable import Reconciler

/// Running counts equal what a walk over everything would count, after any changes.
@Suite struct DesiredCountsTests {
  @Test(arguments: 0..<40 as Range<UInt64>) func theCountsEqualAWalk(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var core = observedCore()
    for _ in 0..<4 {
      let world = RandomWorld(&random)
      _ = core.ingest(InputBatch(world.changes, isComplete: true))
      let leaving = world.services.filter { _ in Bool.random(using: &random) }.map(remove)
      _ = core.ingest(InputBatch(leaving, isComplete: true))
      #expect(
        core.counts.desired
          == core.desired.counted(byWalking: core.services.values.compactMap { $0.share?.value }))
      _ = core.settle()
      #expect(core.counts.draining == core.drains.byVirtualServer.values.reduce(0) { $0 + $1.count })
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>) func theCountsOfFailuresEqualAWalk(seed: UInt64) async {
    var random = SeededGenerator(seed: seed)
    var core = observedCore()
    for step in 0..<4 {
      _ = core.ingest(InputBatch(RandomWorld(&random).changes, isComplete: true))
      let plan = core.nextChunk(now: .seconds(step * 60))
      var progress = ChunkProgress(plan)
      let results = plan.operations.map { operation in
        Bool.random(using: &random) ? KernelError(.ipvs, errno: 12, object: "\(operation)") : nil
      }
      _ = core.record(plan.operations, results, &progress, now: .seconds(step * 60), jitter: { 0 })
      _ = core.finish(progress)
      core.wake(now: .seconds(step * 60 + 59))
      let failures = core.failures
      #expect(core.counts.failing == failures.count)
      #expect(core.counts.failingServices == Set(failures.compactMap(\.service)).count)
      #expect(
        core.counts.failingAddresses
          == failures.count { if case .address = $0.object { true } else { false } }
      )
    }
  }
}

extension DesiredState {
  fileprivate func counted(byWalking shares: [Share]) -> DesiredCounts {
    var counts = DesiredCounts()
    for share in shares { counts.count(Box(share), 1) }
    for claim in virtualServers.compactMap(claim) { counts.count(claim, 1) }
    for address in Set(
      virtualServers.compactMap { id in claim(id).flatMap { $0.bindsAddress ? id.address : nil } })
    {
      counts.addresses[address.family] += 1
    }
    counts.conflicts = shares.reduce(0) { $0 + $1.claims.count } - counts.virtualServers.total
    return counts
  }
}
