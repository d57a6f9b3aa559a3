import Addressing
import KernelFakes
import Testing

@testable import Reconciler

/// A resync read in parts, step by step.
@Suite struct ResyncTests {
  private let web = service("web", ["10.96.0.1"])
  private let id = tcp("10.96.0.1")
  private let stale = tcp("10.96.9.9")

  /// A core that serves `web` with one real server, over a kernel that holds just that.
  private func serving() -> (ReconcilerCore, KernelState) {
    var core = observedCore()
    _ = core.ingest(complete(put(web), put(slice("a", of: "web", [endpoint("10.244.0.1")]))))
    _ = core.settle()
    return (core, core.known)
  }

  /// Reads parts until none is left or the condition holds for the one that comes next.
  private func read(
    _ core: inout ReconcilerCore, _ state: KernelState, until isLast: (KernelPart) -> Bool = { _ in false }
  ) {
    while let part = core.nextPart() {
      if isLast(part) { return }
      core.adopt(state.reading(of: part))
    }
  }

  private func withRemains(_ state: KernelState) -> KernelState {
    var state = state
    state.virtualServers[stale] = VirtualServerState(VirtualServer(stale))
    state.sets[IPSetID(.clusterIP, .ipv4)]?.insert(clusterIPEntry(stale).member)
    return state
  }

  @Test func anUnchangedKernelNeedsNothing() {
    var (core, state) = serving()
    core.beginResync()
    read(&core, state)
    #expect(!core.isResyncing)
    #expect(core.settle().isEmpty)
  }

  @Test func whatNobodyAsksForIsRemovedOnlyWhenAllHasBeenRead() {
    var (core, state) = serving()
    state = withRemains(state)
    core.beginResync()
    read(&core, state) { if case .realServers = $0 { true } else { false } }
    #expect(!core.hasWork)
    core.adopt(state.reading(of: .realServers(of: [id, stale])))
    #expect(core.nextPart() == nil)
    #expect(
      Set(core.settle()) == [.removeVirtualServer(stale), .removeMember(clusterIPEntry(stale))])
  }

  @Test func aResyncGivenUpRemovesNothing() {
    var (core, state) = serving()
    core.beginResync()
    read(&core, withRemains(state)) { if case .realServers = $0 { true } else { false } }
    core.abandonResync()
    #expect(core.settle().isEmpty)
    // The next one finds all of it again.
    state = withRemains(state)
    core.beginResync()
    read(&core, state)
    #expect(core.settle().contains(.removeVirtualServer(stale)))
  }

  @Test func nothingIsPlannedForAVirtualServerBeforeItsRealServersAreRead() {
    var (core, state) = serving()
    let other = tcp("10.96.0.2")
    // Somebody else has made what is about to be asked for.
    state.virtualServers[other] = VirtualServerState(
      VirtualServer(other), realServers: [RealServer(real("10.244.0.2"), weight: 9)])
    core.beginResync()
    read(&core, state) { if case .realServers = $0 { true } else { false } }
    _ = core.ingest(
      complete(
        put(service("other", ["10.96.0.2"])), put(slice("b", of: "other", [endpoint("10.244.0.2")]))))
    #expect(!core.settle().contains { $0.object == .virtualServer(other) })
    core.adopt(state.reading(of: .realServers(of: [other])))
    #expect(
      core.nextChunk(now: .zero)[.changeServers] == [
        .updateRealServer(RealServer(real("10.244.0.2")), of: other)
      ], "at once, without waiting for the rest")
  }

  @Test func whatWeDoBetweenTwoPartsIsNoDrift() {
    var (core, state) = serving()
    core.beginResync()
    // The outline and the sets are read before, the real servers after the change.
    read(&core, state) { if case .realServers = $0 { true } else { false } }
    _ = core.ingest(complete(put(service("new", ["10.96.0.2"])), remove(web)))
    _ = core.settle()
    read(&core, core.known)
    #expect(core.settle().isEmpty)
    #expect(core.takeDrift() == 0)
    #expect(core.known.virtualServers.keys.map { $0 } == [tcp("10.96.0.2")])
  }

  @Test func aHealthCheckMemberThatSomebodyRemovedComesBack() {
    var core = observedCore()
    let checked = ServiceInput(
      key: key("web"), clusterIPs: [address("10.96.0.1")], ports: [ServicePortInput(port: 80)],
      externalScope: .local, healthCheckNodePort: 30_990)
    _ = core.ingest(complete(put(checked)))
    _ = core.settle()
    var state = core.known
    let set = IPSetID(.healthCheckNodePort, .ipv4)
    state.sets[set] = []
    core.beginResync()
    read(&core, state)
    #expect(core.settle() == [.addMember(IPSetEntry(set, .port(30_990)))])
    #expect(core.takeDrift() == 1)
  }

  @Test func aChangeHasAChunkToItself() {
    var core = ReconcilerCore(testConfiguration)
    core.adopt(KernelState())
    _ = core.ingest(InputBatch((1...100).map { put(service("s\($0)", ["10.96.1.\($0)"])) }, isComplete: true))
    _ = core.ingest(complete(put(web)))
    #expect(
      core.nextChunk(now: .zero)[.changeServers] == [.addVirtualServer(VirtualServer(id))])
    #expect(core.nextChunk(now: .zero)[.changeServers].count > 1)
  }

  @Test func whatTheNodeChangesGoesBehindWhatIsChangedByItself() {
    var (core, _) = serving()
    let open = (1...100).map { number in
      var open = service("s\(number)", ["10.96.1.\(number)"])
      open.ports[0].nodePort = 30_000 + UInt16(number)
      return open
    }
    _ = core.ingest(InputBatch(open.map(put), isComplete: true))
    _ = core.settle()
    _ = core.ingest(complete(.nodeAddresses([address("192.168.77.1")])))
    _ = core.ingest(complete(put(slice("a", of: "web", [endpoint("10.244.0.2")]))))
    let chunk = core.nextChunk(now: .zero).operations
    #expect(Set(chunk.map(\.object)) == [.virtualServer(id)])
    #expect(core.settle().count { if case .addVirtualServer = $0 { true } else { false } } == 100)
  }

  @Test func aChangesOwnMemberGoesBeforeThoseOfOthers() {
    var (core, state) = serving()
    _ = core.ingest(complete(put(slice("a", of: "web", [endpoint("10.244.0.1", node: "node-a")]))))
    _ = core.settle()
    state = core.known
    for port in 1...1000 { state.sets[IPSetID(.nodePortTCP, .ipv4)]?.insert(.port(UInt16(port))) }
    core.adopt(state)
    // Its endpoint leaves the node: a hairpin member is to go, which no virtual server brings along.
    _ = core.ingest(complete(put(slice("a", of: "web", [endpoint("10.244.0.1")]))))
    let removed = core.nextChunk(now: .zero)[.removeMembers]
    #expect(removed.count == 1)
    #expect(removed.first?.description.contains("KUBE-LOOP-BACK") == true)
  }
}
