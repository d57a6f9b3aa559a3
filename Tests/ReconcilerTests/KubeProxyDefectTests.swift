import Addressing
import Glibc
import KernelFakes
import Reconciler
import Testing

/// Defects of kube-proxy's ipvs mode, each as a question: we must answer it well, and a mutant with kube-proxy's
/// behaviour must not, or the question asks nothing.
@Suite(.timeLimit(.minutes(5))) struct KubeProxyDefectTests {
  // MARK: - A failed write is logged and forgotten (syncProxyRules never sets retryError)

  private func recoversFromAFailedWrite(_ wrap: (FailsOnce) -> any Kernel) async -> Bool {
    let base = FakeKernel()
    let loop = ReconcileLoop(
      kernel: wrap(FailsOnce(base)), core: ReconcilerCore(testConfiguration),
      configuration: LoopConfiguration(jitter: { 0 }), time: ManualTime(jumps: true))
    await loop.submit(complete(put(service("web", ["10.96.0.1"]))))
    _ = await loop.converge()
    return await base.state.virtualServers[tcp("10.96.0.1")] != nil
  }

  @Test func aFailedWriteIsTriedAgain() async {
    #expect(await recoversFromAFailedWrite { $0 })
    #expect(await !recoversFromAFailedWrite { ErrorSwallower($0) })
  }

  // MARK: - internalTrafficPolicy Local leaks when the Service has a node port

  private func keepsInternalTrafficLocal(_ resolve: (ServiceInput, [EndpointSliceInput]) -> Share) -> Bool {
    var web = service("web", ["10.96.0.1"])
    web.internalScope = .local
    web.ports[0].nodePort = 30080
    let share = resolve(web, [slice("a", of: "web", [endpoint("10.244.1.1")])])
    let roles = share.claims[tcp("10.96.0.1")]?.endpoints.map(\.role) ?? []
    return !roles.contains { if case .serving = $0 { true } else { false } }
  }

  @Test func internalTrafficStaysLocalWithANodePortToo() {
    let ours = Resolver(testConfiguration.resolver, node: NodeState(addresses: [address("192.168.77.1")]))
    #expect(keepsInternalTrafficLocal { ours.resolve($0, slices: $1) })
    // kube-proxy: one flag for all addresses; an externally reachable Service uses cluster endpoints everywhere.
    #expect(
      !keepsInternalTrafficLocal { service, slices in
        var mutated = service
        if service.ports.contains(where: { $0.nodePort != 0 }) { mutated.internalScope = .cluster }
        return ours.resolve(mutated, slices: slices)
      })
  }

  // MARK: - Two Services on one address fight for ever

  private func shared(_ name: String, _ clusterIP: String, age: Int64) -> [InputChange] {
    var web = service(name, [clusterIP], createdAt: age)
    web.externalIPs = [address("198.18.0.1")]
    return [put(web), put(slice(name, of: name, [endpoint("10.244.1.\(age)")]))]
  }

  /// Whether syncing each core in turn on one kernel comes to rest.
  private func comesToRest(_ cores: [ReconcilerCore]) -> Bool {
    var state = KernelState()
    var last = Int.max
    for _ in 0..<4 {
      last = 0
      for core in cores {
        var core = core
        core.adopt(state)
        last += core.settle().count
        state = core.known
      }
    }
    return last == 0
  }

  @Test func twoServicesOnOneAddressComeToRest() {
    let (first, second) = (shared("a", "10.96.0.1", age: 1), shared("b", "10.96.0.2", age: 2))
    func core(_ changes: [InputChange], isComplete: Bool) -> ReconcilerCore {
      var core = observedCore()
      _ = core.ingest(InputBatch(changes, isComplete: isComplete))
      return core
    }
    #expect(comesToRest([core(first + second, isComplete: true)]))
    // kube-proxy syncs one Service after the other, each as if it had the address alone.
    #expect(!comesToRest([core(first, isComplete: true), core(second, isComplete: true)]))
  }
}

/// Refuses the first virtual server once.
private actor FailsOnce: ForwardingKernel {
  nonisolated let base: FakeKernel
  private var hasFailed = false

  init(_ base: FakeKernel) { self.base = base }

  func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] {
    var results: [KernelError?] = []
    for operation in operations {
      if case .addVirtualServer = operation, !hasFailed {
        hasFailed = true
        results.append(KernelError(.ipvs, errno: ENOMEM, object: operation.description))
      } else {
        results += await base.apply([operation])
      }
    }
    return results
  }
}

/// The mutant: every error is taken for success.
private struct ErrorSwallower: ForwardingKernel {
  let base: FailsOnce

  init(_ base: FailsOnce) { self.base = base }

  func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] {
    _ = await base.apply(operations)
    return operations.map { _ in nil }
  }
}
