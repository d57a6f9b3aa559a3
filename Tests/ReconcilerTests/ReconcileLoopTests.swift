import Addressing
import Glibc
import KernelFakes
import Reconciler
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct ReconcileLoopTests {
  private let web = service("web", ["10.96.0.1"])
  private let pods = slice("a", of: "web", [endpoint("10.244.0.1", node: "node-a")])

  private func loop(_ kernel: any Kernel, _ time: ManualTime = ManualTime(jumps: true)) -> ReconcileLoop {
    ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(testConfiguration),
      configuration: LoopConfiguration(jitter: { 0 }), time: time)
  }

  @Test func oneRoundBringsEverythingIntoForce() async {
    let kernel = FakeKernel()
    let loop = loop(kernel)
    await loop.submit(complete(put(web), put(pods)))
    let convergence = await loop.converge()
    #expect(convergence.isComplete)
    #expect(
      await kernel.state.virtualServers[tcp("10.96.0.1")]
        == VirtualServerState(VirtualServer(tcp("10.96.0.1")), realServers: [RealServer(real("10.244.0.1"))]))
  }

  @Test func anUnchangedRoundWritesNothing() async {
    let kernel = FakeKernel()
    let loop = loop(kernel)
    await loop.submit(complete(put(web), put(pods)))
    _ = await loop.converge()
    await kernel.clearLog()
    await loop.submit(complete(put(web), put(pods)))
    _ = await loop.converge()
    #expect(await kernel.batches.isEmpty)
  }

  @Test func aSecondStartAdoptsWhatIsThere() async {
    let kernel = FakeKernel()
    let before = loop(kernel)
    await before.submit(complete(put(web), put(pods)))
    _ = await before.converge()
    await kernel.clearLog()
    let after = loop(kernel)
    await after.submit(complete(put(web), put(pods)))
    _ = await after.converge()
    #expect(await kernel.batches.isEmpty)
  }

  @Test func whatKeepsFailingIsGivenUpAndNamed() async {
    let kernel = FaultInjector(FakeKernel(), seed: 1, failureRate: 0) { operation in
      if case .addAddress = operation { ENODEV } else { nil }
    }
    let loop = loop(kernel)
    await loop.submit(complete(put(web), put(pods)))
    let convergence = await loop.converge(attempts: 3)
    #expect(convergence.failures.map(\.error.errno) == [ENODEV])
    #expect(convergence.failures.first?.object == .address(address("10.96.0.1")))
    #expect(convergence.failures.first?.attempts == 3)
  }

  @Test func aKernelThatCannotBeReadEndsASingleRoundWithItsError() async {
    let loop = loop(FaultInjector(FakeKernel(), seed: 1, failureRate: 1, lostShare: 0))
    await loop.submit(complete(put(web)))
    let convergence = await loop.converge(attempts: 3)
    #expect(convergence.kernelError?.errno == ENOBUFS)
    #expect(!convergence.isComplete)
  }

  @Test func planningChangesNothing() async throws {
    let kernel = FakeKernel()
    let loop = loop(kernel)
    await loop.submit(complete(put(web), put(pods)))
    let plan = try await loop.plan()
    #expect(plan.count == 6)
    #expect(await kernel.batches.isEmpty)
    #expect(await kernel.state == KernelState())
  }

  @Test func aSingleRoundRemovesWhatDrainsIdle() async {
    let kernel = FakeKernel()
    let loop = loop(kernel)
    await loop.submit(complete(put(web), put(pods)))
    _ = await loop.converge()
    await loop.submit(complete(remove(pods)))
    let convergence = await loop.converge()
    #expect(convergence.draining == 0)
    #expect(await kernel.state.virtualServers[tcp("10.96.0.1")]?.realServers.isEmpty == true)
  }

  @Test func aRunningLoopFollowsChangesAndRepairsDrift() async throws {
    let kernel = FakeKernel()
    let time = ManualTime()
    let loop = loop(kernel, time)
    let running = Task { await loop.run() }
    await loop.submit(complete(put(web), put(pods)))
    await until { await kernel.state.addresses == [address("10.96.0.1")] }
    await kernel.tamper { $0.virtualServers = [:] }
    await until {
      time.advance(by: .seconds(10))
      return await kernel.state.virtualServers.count == 1
    }
    running.cancel()
    await running.value
    #expect(await kernel.state.virtualServers[tcp("10.96.0.1")]?.realServers.count == 1)
  }

  @Test func aWarningThatStandsIsToldOnce() async {
    let reported = Mutex<[String]>([])
    let loop = ReconcileLoop(
      kernel: WarningKernel(), core: ReconcilerCore(testConfiguration), time: ManualTime(jumps: true),
      report: { event in
        if case .notice(let notice) = event { reported.withLock { $0.append(notice.text) } }
      })
    for _ in 1...3 {
      _ = await loop.converge()
      await loop.requestResync()
    }
    #expect(reported.withLock { $0 } == ["forwarding is off"])
  }

  /// Lets other tasks run until the condition holds; the suite's time limit ends a wait in vain.
  private func until(_ condition: () async -> Bool) async {
    while await !condition() { await Task.yield() }
  }
}

/// A kernel that has the same thing to warn of each time.
private struct WarningKernel: Kernel {
  func prepare() async throws(KernelError) -> [Notice] { [Notice(.warning, "forwarding is off")] }
  func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    KernelState().reading(of: part)
  }
  func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] { operations.map { _ in nil } }
  func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int { 0 }
  func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] { [:] }
}
