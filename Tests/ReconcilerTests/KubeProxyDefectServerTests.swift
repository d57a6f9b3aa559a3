import Addressing
import KernelFakes
import Reconciler
import Testing

/// kube-proxy deletes an endpoint that returns while it drains and adds it again (S14 of its defects): on kernels from
/// 5.9 on that ends the connections it still had. Asked of our loop and of kube-proxy's own way, on the same kernel.
@Suite(.timeLimit(.minutes(5))) struct KubeProxyDefectServerTests {
  private let id = tcp("10.96.0.1")
  private let leaving = real("10.244.1.1")
  private let staying = real("10.244.1.2")

  /// What became of a server with a connection that left and came back, and of the connection.
  private struct Outcome: Equatable {
    /// Its weight while it drained, and at the end; nil where there was none.
    var drainingWeight: UInt32?
    var finalWeight: UInt32?
    /// Connections that the kernel ended.
    var broken: [RealServerID] = []
    /// How often it was deleted.
    var deletions = 0
  }

  private func outcome(
    _ makeSync: (ConnectionKeeper) -> any ServerSync, connections: UInt32 = 1
  ) async throws -> Outcome {
    let kernel = ConnectionKeeper()
    var sync = makeSync(kernel)
    try await sync.sync([leaving, staying])
    await kernel.setConnections(ConnectionCounts(active: connections), of: leaving, in: id)
    try await sync.sync([staying])
    let draining = try await kernel.weight(of: leaving, in: id)
    try await sync.sync([leaving, staying])
    return Outcome(
      drainingWeight: draining, finalWeight: try await kernel.weight(of: leaving, in: id),
      broken: await kernel.broken, deletions: await kernel.deletions.count { $0 == leaving })
  }

  @Test func aReturningServerKeepsItsConnections() async throws {
    let kept = Outcome(drainingWeight: 0, finalWeight: 1)
    #expect(try await outcome { OurServerSync(kernel: $0, id: id) } == kept)
    let mutant = try await outcome { KubeProxyServerSync(kernel: $0, id: id) }
    #expect(mutant != kept)
    #expect(mutant == Outcome(drainingWeight: 0, finalWeight: 1, broken: [leaving], deletions: 1))
  }

  /// Without a connection both may delete it: the mutant differs in nothing but what it is a mutant for.
  @Test func anIdleServerIsGoneUntilItReturnsWithBoth() async throws {
    let gone = Outcome(drainingWeight: nil, finalWeight: 1, deletions: 1)
    #expect(try await outcome({ OurServerSync(kernel: $0, id: id) }, connections: 0) == gone)
    #expect(try await outcome({ KubeProxyServerSync(kernel: $0, id: id) }, connections: 0) == gone)
  }
}

/// Makes the real servers of one virtual server what is asked for.
private protocol ServerSync {
  mutating func sync(_ wanted: [RealServerID]) async throws
}

/// Our loop, fed with a Service and its slice.
private struct OurServerSync: ServerSync {
  private let loop: ReconcileLoop

  init(kernel: any Kernel, id: VirtualServerID) {
    loop = ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(testConfiguration),
      configuration: LoopConfiguration(jitter: { 0 }), time: ManualTime(jumps: true))
  }

  mutating func sync(_ wanted: [RealServerID]) async throws {
    let pods = slice("a", of: "web", wanted.map { endpoint("\($0.address)") })
    await loop.submit(complete(put(service("web", ["10.96.0.1"])), put(pods)))
    #expect(await loop.converge().isComplete)
  }
}

/// kube-proxy 1.36's way: syncEndpoint of pkg/proxy/ipvs/proxier.go with GracefulDeleteRS and
/// MoveRSOutofGracefulDeleteList of graceful_termination.go.
private struct KubeProxyServerSync: ServerSync {
  let kernel: any Kernel
  let id: VirtualServerID
  private var terminating: Set<RealServerID> = []

  init(kernel: any Kernel, id: VirtualServerID) {
    self.kernel = kernel
    self.id = id
  }

  mutating func sync(_ wanted: [RealServerID]) async throws {
    if try await kernel.observe().virtualServers[id] == nil {
      await perform(.addVirtualServer(VirtualServer(id)))
    }
    let present = Set(try await kernel.observe().virtualServers[id]?.realServers.keys.map { $0 } ?? [])
    for server in wanted.sorted() {
      if present.contains(server) {
        guard terminating.remove(server) != nil else { continue }
        await perform(.removeRealServer(server, from: id))
      }
      await perform(.addRealServer(RealServer(server), to: id))
    }
    for server in present.subtracting(wanted).subtracting(terminating) {
      if try await kernel.connections(of: [id])[id]?[server]?.isIdle ?? true {
        await perform(.removeRealServer(server, from: id))
      } else {
        await perform(.updateRealServer(RealServer(server, weight: 0), of: id))
        terminating.insert(server)
      }
    }
  }

  private func perform(_ operation: Reconciler.Operation) async {
    #expect(await kernel.apply([operation]) == [nil])
  }
}

/// A kernel whose real servers lose their connections when they are deleted, as from Linux 5.9 on with
/// expire_nodest_conn=1 (__ip_vs_del_dest of ip_vs_ctl.c).
private actor ConnectionKeeper: ForwardingKernel {
  nonisolated let base = FakeKernel()
  private(set) var broken: [RealServerID] = []
  private(set) var deletions: [RealServerID] = []

  func setConnections(_ count: ConnectionCounts, of server: RealServerID, in id: VirtualServerID) async {
    await base.setConnections(count, of: server, in: id)
  }

  func weight(of server: RealServerID, in id: VirtualServerID) async throws -> UInt32? {
    try await base.observe().virtualServers[id]?.realServers[server]?.weight
  }

  func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] {
    var results: [KernelError?] = []
    for operation in operations {
      if case .removeRealServer(let server, let id) = operation {
        deletions.append(server)
        let counts = try? await base.connections(of: [id])[id]?[server]
        if counts?.isIdle == false { broken.append(server) }
        await base.setConnections(nil, of: server, in: id)
      }
      results += await base.apply([operation])
    }
    return results
  }
}
