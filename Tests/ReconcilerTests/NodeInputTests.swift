import Addressing
import Testing

@testable import Reconciler

/// What the node itself changes: its addresses, its zone, and who may have which address.
@Suite struct NodeInputTests {
  private func open(_ name: String, _ clusterIP: String, _ change: (inout ServiceInput) -> Void)
    -> ServiceInput
  {
    var result = service(name, [clusterIP])
    change(&result)
    return result
  }

  private func addresses(_ texts: String...) -> InputChange { .nodeAddresses(Set(texts.map(address))) }

  @Test func nodePortsFollowTheNodesAddresses() {
    var core = observedCore()
    let web = open("web", "10.96.0.1") { $0.ports[0].nodePort = 30080 }
    _ = core.ingest(complete(put(web), addresses("192.168.77.1")))
    _ = core.settle()
    #expect(core.known.virtualServers[tcp("192.168.77.1", 30080)] != nil)
    _ = core.ingest(complete(addresses("192.168.77.2")))
    #expect(
      Set(core.settle()) == [
        .addVirtualServer(VirtualServer(tcp("192.168.77.2", 30080))),
        .removeVirtualServer(tcp("192.168.77.1", 30080)),
      ])
  }

  @Test func aNodePortOfAnEarlierRunIsOursByItsSetAndAddress() {
    let stale = tcp("192.168.77.1", 30080)
    var core = ReconcilerCore(testConfiguration)
    core.adopt(
      KernelState(
        virtualServers: [stale: VirtualServerState(VirtualServer(stale))],
        sets: [IPSetID(.nodePortTCP, .ipv4): [.port(30080)]]))
    _ = core.ingest(complete(addresses("192.168.77.1")))
    #expect(
      core.settle() == [
        .removeVirtualServer(stale), .removeMember(IPSetEntry(IPSetID(.nodePortTCP, .ipv4), .port(30080))),
      ])
  }

  @Test func aChangedZoneTouchesServicesWithHintsOnly() {
    var core = observedCore()
    let near = EndpointInput(address("10.244.1.1"), zoneHints: ["z1"])
    let far = EndpointInput(address("10.244.1.2"), zoneHints: ["z2"])
    _ = core.ingest(
      complete(
        .node(NodeInput(zone: "z1")), put(service("hinted", ["10.96.0.1"])),
        put(slice("a", of: "hinted", [near, far])),
        put(service("plain", ["10.96.0.2"])), put(slice("b", of: "plain", [endpoint("10.244.1.3")]))))
    _ = core.settle()
    #expect(core.known.virtualServers[tcp("10.96.0.1")]?.realServers.keys.map { $0 } == [real("10.244.1.1")])
    let events = core.ingest(complete(.node(NodeInput(zone: "z2"))))
    #expect(events.count == 1)
    #expect(
      core.settle() == [
        .addRealServer(RealServer(real("10.244.1.2")), to: tcp("10.96.0.1")),
        .updateRealServer(RealServer(real("10.244.1.1"), weight: 0), of: tcp("10.96.0.1")),
      ])
  }

  // MARK: - Refusals

  private func refusals(_ core: ReconcilerCore, _ name: String) -> [AddressRefusal] {
    core.services[key(name)]?.share?.value.refusals.map(\.why) ?? []
  }

  @Test func anotherServicesClusterIPIsRefusedUntilThatServiceGoes() {
    var core = observedCore()
    let owner = service("owner", ["198.18.0.1"])
    let thief = open("thief", "10.96.0.2") { $0.externalIPs = [address("198.18.0.1")] }
    let events = core.ingest(complete(put(thief), put(owner)))
    #expect(events.contains { if case .addressRefused(thief.key, _) = $0 { true } else { false } })
    #expect(refusals(core, "thief") == [.clusterIP])
    _ = core.ingest(complete(remove(owner)))
    #expect(refusals(core, "thief") == [])
    #expect(core.desired.winner(of: tcp("198.18.0.1")) == thief.key)
  }

  @Test func theApiServersAddressIsRefused() {
    var core = observedCore()
    let thief = open("thief", "10.96.0.2") { $0.loadBalancerIPs = [address("192.0.2.10")] }
    _ = core.ingest(complete(put(thief)))
    #expect(refusals(core, "thief") == [])
    _ = core.ingest(complete(put(slice("api", of: "kubernetes", [endpoint("192.0.2.10", node: nil)]))))
    #expect(refusals(core, "thief") == [.apiServer])
    #expect(core.settle().isEmpty == false)
    #expect(core.known.virtualServers[tcp("192.0.2.10")] == nil)
  }

  @Test func anAddressThatEndpointsOfAnotherNodeHaveIsRefused() {
    var core = observedCore()
    let thief = open("thief", "10.96.0.2") { $0.externalIPs = [address("192.168.77.2")] }
    let hostNetwork = slice("a", of: "other", [endpoint("192.168.77.2", node: "node-b")])
    _ = core.ingest(complete(put(thief), put(hostNetwork)))
    #expect(refusals(core, "thief") == [.otherNode])
    _ = core.ingest(complete(remove(hostNetwork)))
    #expect(refusals(core, "thief") == [])
  }

  @Test func anAddressInsideTheServiceRangeIsRefused() throws {
    let range = try #require(IPNetwork("10.96.0.0/12"))
    var configuration = testConfiguration
    configuration.resolver.serviceRanges = [range]
    var core = observedCore(configuration)
    let thief = open("thief", "10.96.0.2") { $0.externalIPs = [address("10.97.0.1"), address("10.96.0.2")] }
    _ = core.ingest(complete(put(thief)))
    #expect(refusals(core, "thief") == [.serviceRange(range)])
  }

  // MARK: - Conflicts and flows

  /// S15: two Services on one external address made kube-proxy flap for ever.
  @Test func twoServicesOnOneExternalAddressSettleOnTheOlder() {
    var core = observedCore()
    let services = [("young", 2), ("old", 1)].map { name, age in
      open(name, age == 1 ? "10.96.0.1" : "10.96.0.2") {
        $0.externalIPs = [address("198.18.0.1")]
        $0.createdAt = Int64(age)
      }
    }
    let slices = [
      slice("a", of: "young", [endpoint("10.244.1.1")]), slice("b", of: "old", [endpoint("10.244.1.2")]),
    ]
    _ = core.ingest(InputBatch(services.map(put) + slices.map(put), isComplete: true))
    _ = core.settle()
    #expect(core.known.virtualServers[tcp("198.18.0.1")]?.realServers.keys.map { $0 } == [real("10.244.1.2")])
    core.adopt(core.known)
    #expect(core.settle().isEmpty)
    _ = core.ingest(complete(remove(services[1])))
    _ = core.settle()
    #expect(core.known.virtualServers[tcp("198.18.0.1")]?.realServers[real("10.244.1.1")]?.weight == 1)
    #expect(core.known.addresses.contains(address("198.18.0.1")))
  }

  @Test func flowsThatBeganBeforeAUdpServiceWasServedAreForgotten() {
    var core = observedCore()
    let dns = service("dns", ["10.96.0.10"], ports: [ServicePortInput(transport: .udp, port: 53)])
    let pods: ([String]) -> InputChange = { names in
      put(
        slice(
          "a", of: "dns", ports: [EndpointPortInput(transport: .udp, port: 1053)], names.map { endpoint($0) })
      )
    }
    _ = core.ingest(complete(put(dns)))
    _ = core.settle()
    #expect(core.takeFreshFlows() == [])
    _ = core.ingest(complete(pods(["10.244.1.1", "10.244.1.2"])))
    _ = core.settle()
    #expect(core.takeFreshFlows() == [udp("10.96.0.10")])
    _ = core.ingest(complete(pods(["10.244.1.1", "10.244.1.2", "10.244.1.3"])))
    _ = core.settle()
    #expect(core.takeFreshFlows() == [])
  }

  @Test func aServicesOwnDrainTimeIsUsed() {
    var core = observedCore()
    let web = open("web", "10.96.0.1") { $0.drainBound = .seconds(30) }
    _ = core.ingest(complete(put(web), put(slice("a", of: "web", [endpoint("10.244.1.1")]))))
    _ = core.settle()
    _ = core.ingest(complete(put(slice("a", of: "web", []))))
    _ = core.settle(now: .zero)
    core.record(
      connections: [tcp("10.96.0.1"): [real("10.244.1.1"): ConnectionCounts(active: 1)]], now: .seconds(30))
    #expect(core.settle(now: .seconds(30)) == [.removeRealServer(real("10.244.1.1"), from: tcp("10.96.0.1"))])
  }

  @Test func realServersAreAddedInAnotherOrderOnAnotherNode() {
    func order(_ node: String) -> [RealServerID] {
      var core = observedCore(CoreConfiguration(resolver: ResolverPolicy(nodeName: node)))
      let pods = (1...6).map { endpoint("10.244.1.\($0)") }
      _ = core.ingest(complete(put(service("web", ["10.96.0.1"])), put(slice("a", of: "web", pods))))
      return core.settle().compactMap {
        if case .addRealServer(let server, _) = $0 { server.id } else { nil }
      }
    }
    #expect(order("node-a") == order("node-a"))
    #expect(Set((1...8).map { order("node-\($0)").first }).count > 2)
  }
}
