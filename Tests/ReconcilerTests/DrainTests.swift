import Addressing
import Reconciler
import Testing

@Suite struct DrainTests {
  private let id = tcp("10.96.0.1")
  private let first = real("10.244.0.1")

  private func running(
    _ transport: TransportProtocol = .tcp
  ) -> (ReconcilerCore, VirtualServerID, ([EndpointInput]) -> InputChange) {
    let web = service("web", ["10.96.0.1"], ports: [ServicePortInput(transport: transport, port: 80)])
    let update: ([EndpointInput]) -> InputChange = {
      put(slice("a", of: "web", ports: [EndpointPortInput(transport: transport, port: 8080)], $0))
    }
    var core = observedCore()
    _ = core.ingest(complete(put(web), update([endpoint("10.244.0.1"), endpoint("10.244.0.2")])))
    _ = core.settle()
    return (core, VirtualServerID(id.address, port: 80, transport: transport), update)
  }

  private func quiet(_ id: VirtualServerID) -> Reconciler.Operation {
    .updateRealServer(RealServer(first, weight: 0), of: id)
  }

  @Test func aTerminatingEndpointGetsNoNewConnectionsAndHasNoBound() {
    var (core, id, update) = running()
    _ = core.ingest(complete(update([terminating("10.244.0.1"), endpoint("10.244.0.2")])))
    #expect(core.settle(now: .seconds(1)) == [quiet(id)])
    core.record(connections: [id: [first: ConnectionCounts(active: 1)]], now: .seconds(100_000))
    #expect(core.settle(now: .seconds(100_000)).isEmpty)
  }

  @Test func theBoundStartsWhenTheEndpointIsGone() {
    var (core, id, update) = running()
    _ = core.ingest(complete(update([terminating("10.244.0.1"), endpoint("10.244.0.2")])))
    _ = core.settle(now: .zero)
    _ = core.ingest(complete(update([endpoint("10.244.0.2")])))
    #expect(core.settle(now: .seconds(1000)).isEmpty)
    let busy = [id: [first: ConnectionCounts(active: 1)]]
    core.record(connections: busy, now: .seconds(1899))
    #expect(core.settle(now: .seconds(1899)).isEmpty)
    core.record(connections: busy, now: .seconds(1900))
    #expect(core.settle(now: .seconds(1900)) == [.removeRealServer(first, from: id)])
  }

  @Test func anIdleOneIsRemovedAtTheNextLook() {
    var (core, id, update) = running()
    _ = core.ingest(complete(update([endpoint("10.244.0.2")])))
    #expect(core.settle(now: .zero) == [quiet(id)])
    #expect(core.drainsDue(now: .seconds(4)) == nil)
    #expect(core.drainsDue(now: .seconds(5)) == [id])
    core.record(connections: [id: [first: ConnectionCounts()]], now: .seconds(5))
    #expect(core.settle(now: .seconds(5)) == [.removeRealServer(first, from: id)])
    #expect(core.drainsDue(now: .seconds(1000)) == nil)
  }

  @Test func oneThatReturnsGetsItsWeightBackWithoutBeingDeleted() {
    var (core, id, update) = running()
    _ = core.ingest(complete(update([endpoint("10.244.0.2")])))
    _ = core.settle(now: .zero)
    _ = core.ingest(complete(update([endpoint("10.244.0.1"), endpoint("10.244.0.2")])))
    #expect(core.settle(now: .seconds(1)) == [.updateRealServer(RealServer(first), of: id)])
    #expect(core.drainCount == 0)
  }

  @Test func oneThatReturnsWhileIdleIsNotRemovedByAnOldCount() {
    var (core, id, update) = running()
    _ = core.ingest(complete(update([endpoint("10.244.0.2")])))
    _ = core.settle(now: .zero)
    core.record(connections: [id: [:]], now: .seconds(5))
    _ = core.ingest(complete(update([endpoint("10.244.0.1"), endpoint("10.244.0.2")])))
    _ = core.settle(now: .seconds(5))
    #expect(core.known.virtualServers[id]?.realServers[first]?.weight == 1)
  }

  @Test(arguments: [TransportProtocol.udp, .sctp]) func withoutAnEndThatCanBeSeenItGoesWithItsEndpoint(
    transport: TransportProtocol
  ) {
    var (core, id, update) = running(transport)
    _ = core.ingest(complete(update([terminating("10.244.0.1"), endpoint("10.244.0.2")])))
    #expect(core.settle() == [quiet(id)])
    _ = core.ingest(complete(update([endpoint("10.244.0.2")])))
    #expect(core.settle() == [.removeRealServer(first, from: id)])
  }

  @Test func anUnreadyUdpEndpointGoesAtOnce() {
    var (core, id, update) = running(.udp)
    _ = core.ingest(complete(update([notReady("10.244.0.1"), endpoint("10.244.0.2")])))
    #expect(core.settle() == [.removeRealServer(first, from: id)])
  }

  @Test func aTerminatingEndpointThatNeverServedIsNotAdded() {
    var (core, _, update) = running()
    _ = core.ingest(
      complete(update([terminating("10.244.0.9"), endpoint("10.244.0.1"), endpoint("10.244.0.2")])))
    #expect(core.settle().isEmpty)
  }

  @Test func aDrainFoundAfterARestartGoesOn() {
    var core = ReconcilerCore(testConfiguration)
    core.adopt(
      KernelState(
        virtualServers: [
          id: VirtualServerState(VirtualServer(id), realServers: [RealServer(first, weight: 0)])
        ]))
    _ = core.ingest(complete(put(service("web", ["10.96.0.1"]))))
    #expect(!core.settle(now: .zero).contains(.removeRealServer(first, from: id)))
    #expect(core.drainsDue(now: .seconds(5)) == [id])
  }

  @Test func aRemovedVirtualServerTakesItsDrainsAlong() {
    var (core, id, update) = running()
    _ = core.ingest(complete(update([endpoint("10.244.0.2")])))
    _ = core.settle()
    _ = core.ingest(complete(.service(key("web"), nil)))
    #expect(core.settle().contains(.removeVirtualServer(id)))
    #expect(core.drainCount == 0)
  }
}
