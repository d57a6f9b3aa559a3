import Inspection
import KernelFakes
import Reconciler
import Terminal
import Testing

@testable import IpvsProxy

/// One screen of health.
@Suite struct HealthScreenTests {
  private func facts(_ history: RoundHistory, _ problems: [String] = []) -> ProcessFacts {
    ProcessFacts(
      process: ProcessStatus(
        version: "1.0", processID: 7, nodeName: "node-a", kernel: "6.1", uptimeSeconds: 4000,
        residentBytes: 30 << 20),
      source: [SourceStatus(name: "services", isSynced: true, objects: 12)], healthProblems: problems,
      lastRound: history.lastRound(now: .seconds(100)), drift: history.drift(now: .seconds(100)))
  }

  @Test func aScreenTellsTheStateOfEverything() async {
    let loop = ReconcileLoop(
      kernel: EmptyKernel(), core: ReconcilerCore(CoreConfiguration(resolver: ResolverPolicy(nodeName: "a"))))
    await loop.submit(InputBatch([], isComplete: true))
    _ = await loop.converge()
    var history = RoundHistory()
    var round = RoundReport()
    (round.duration, round.driftOperations, round.isFull) = (.milliseconds(12), 3, true)
    history.observe(.round(round), now: .seconds(70))
    round.driftOperations = 0
    history.observe(.round(round), now: .seconds(95))
    let status = HealthStatus(await loop.health(limit: 5), facts(history))
    #expect(status.isHealthy)
    #expect(
      HealthScreen(status).lines(Display()) == [
        "Healthy", "", "Node:        node-a", "Process:     7, version 1.0, kernel 6.1", "Uptime:      66m",
        "Memory:      30 MiB", "Source:      services in sync (12)",
        "Last round:  5s ago, 12 ms, compared with the kernel, 0 operations, 0 failed",
        "Wanted:      0 Services, 0 virtual servers, 0 real servers, 0 addresses", "Pending:     0 objects",
        "Failing:     0 objects", "Draining:    0 real servers", "Conflicts:   0; 0 addresses refused",
        "Drift:       3 operations in 1 round, repaired, last 30s ago",
      ])
  }

  @Test func whatIsWrongComesFirst() async {
    let loop = ReconcileLoop(
      kernel: EmptyKernel(), core: ReconcilerCore(CoreConfiguration(resolver: ResolverPolicy(nodeName: "a"))))
    var process = facts(RoundHistory(), ["no round has ended for 90 s"])
    process.source = [SourceStatus(name: "services", isSynced: false, problem: "connection refused")]
    let status = HealthStatus(await loop.health(limit: 5), process)
    #expect(!status.isHealthy)
    #expect(
      HealthScreen(status).lines(Display()).prefix(5) == [
        "Not healthy", "  no round has ended for 90 s",
        "  Services have not been read whole: nothing is removed until then",
        "  the kernel has not been read yet",
        "  services: connection refused",
      ])
  }
}

private struct EmptyKernel: Kernel {
  func prepare() async throws(KernelError) -> [Notice] { [] }
  func read(_ part: KernelPart) async throws(KernelError) -> KernelReading { KernelState().reading(of: part) }
  func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] { operations.map { _ in nil } }
  func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] { [:] }
  func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int { 0 }
}
