import Addressing
import Reconciler
import Testing

@Suite struct PlanTests {
  private let web = service("web", ["10.96.0.1"])
  private let id = tcp("10.96.0.1")

  @Test func aNewServiceIsRecordedThenServedThenBound() {
    var core = observedCore()
    _ = core.ingest(complete(put(web), put(slice("a", of: "web", [endpoint("10.244.0.1")]))))
    #expect(
      core.settle().map(\.description) == [
        "ipset add KUBE-CLUSTER-IP 10.96.0.1,tcp:80", "ipset add KUBE-IPVS-IPS 10.96.0.1",
        "ipvsadm -A -t 10.96.0.1:80 -s rr", "ipvsadm -a -t 10.96.0.1:80 -r 10.244.0.1:8080 -m -w 1",
        "ip addr add 10.96.0.1/32 dev kube-ipvs0",
      ])
  }

  @Test func aRemovedServiceGoesInTheReverseOrder() {
    var core = observedCore()
    _ = core.ingest(complete(put(web)))
    _ = core.settle()
    _ = core.ingest(complete(remove(web)))
    let operations = core.settle().map(\.description)
    #expect(operations.first == "ip addr del 10.96.0.1/32 dev kube-ipvs0")
    #expect(operations.dropFirst().first == "ipvsadm -D -t 10.96.0.1:80")
    #expect(
      Set(operations.dropFirst(2)) == [
        "ipset del KUBE-CLUSTER-IP 10.96.0.1,tcp:80", "ipset del KUBE-IPVS-IPS 10.96.0.1",
      ])
  }

  @Test(arguments: [1, 100, 5000]) func oneEndpointIsOneOperationAtAnySize(count: Int) {
    var core = observedCore()
    let services = (0..<count).map {
      service("s\($0)", [IPAddress(ipv4: 0x0A60_0001 + UInt32($0)).description])
    }
    _ = core.ingest(InputBatch(services.map(put), isComplete: true))
    _ = core.settle()
    _ = core.ingest(complete(put(slice("a", of: "s0", [endpoint("10.244.0.1")]))))
    #expect(core.settle().count == 1)
    _ = core.ingest(
      complete(put(slice("a", of: "s0", [endpoint("10.244.0.1"), endpoint("10.244.0.2", node: "node-a")]))))
    #expect(core.settle().count == 2)
  }

  @Test func anUnchangedKernelNeedsNothing() {
    var core = observedCore()
    _ = core.ingest(complete(put(web), put(slice("a", of: "web", [endpoint("10.244.0.1", node: "node-a")]))))
    _ = core.settle()
    core.adopt(core.known)
    #expect(core.settle().isEmpty)
  }

  @Test func anIncompleteSourceAddsButNeverRemoves() {
    let stale = tcp("10.96.9.9")
    var core = ReconcilerCore(testConfiguration)
    core.adopt(
      KernelState(
        virtualServers: [
          stale: VirtualServerState(VirtualServer(stale)),
          id: VirtualServerState(VirtualServer(id), realServers: [RealServer(real("10.244.0.9"))]),
        ], addresses: [address("10.96.9.9")],
        sets: [
          IPSetID(.clusterIP, .ipv4): [clusterIPEntry(stale).member],
          IPSetID(.boundAddresses, .ipv4): [.address(address("10.96.9.9"))],
        ]))
    _ = core.ingest(partial(put(web), put(slice("a", of: "web", [endpoint("10.244.0.1")]))))
    let adding = core.settle()
    #expect(adding.contains(.addRealServer(RealServer(real("10.244.0.1")), to: id)))
    #expect(core.known.virtualServers[stale] != nil)
    #expect(core.known.virtualServers[id]?.realServers[real("10.244.0.9")]?.weight == 1)
    _ = core.ingest(complete())
    let removing = core.settle()
    #expect(removing.contains(.removeVirtualServer(stale)))
    #expect(removing.contains(.removeAddress(address("10.96.9.9"))))
    #expect(removing.contains(.updateRealServer(RealServer(real("10.244.0.9"), weight: 0), of: id)))
  }

  @Test func whatAnInputLetGoIsRemovedEvenFromAnIncompleteSource() {
    var core = observedCore()
    _ = core.ingest(complete(put(web), put(slice("a", of: "web", [endpoint("10.244.0.1")]))))
    _ = core.settle()
    _ = core.ingest(partial())
    let moved = service("web", ["10.96.0.1"], ports: [ServicePortInput(port: 81)])
    _ = core.ingest(partial(put(moved)))
    #expect(core.settle().contains(.removeVirtualServer(id)))
    #expect(core.known.virtualServers.keys.map { $0 } == [tcp("10.96.0.1", 81)])
  }

  @Test func whatIsNotRecordedIsNotOurs() {
    let foreign = tcp("192.0.2.1")
    var core = ReconcilerCore(testConfiguration)
    core.adopt(
      KernelState(
        virtualServers: [foreign: VirtualServerState(VirtualServer(foreign))],
        addresses: [address("192.0.2.7")], sets: [IPSetID(.boundAddresses, .ipv4): []]))
    _ = core.ingest(complete())
    #expect(core.settle().isEmpty)
  }

  @Test func anOldKubeProxyOwnedAllAddresses() {
    var core = ReconcilerCore(testConfiguration)
    core.adopt(
      KernelState(addresses: [address("10.96.7.7")], sets: [IPSetID(.clusterIP, .ipv4): []]))
    _ = core.ingest(complete())
    #expect(core.settle() == [.removeAddress(address("10.96.7.7"))])
  }

  @Test func excludedNetworksAreNeverTouched() throws {
    let excluded = try #require(IPNetwork("10.96.9.0/24"))
    var configuration = testConfiguration
    configuration.ownership.excluded = [excluded]
    let stale = tcp("10.96.9.9")
    var core = ReconcilerCore(configuration)
    core.adopt(
      KernelState(
        virtualServers: [stale: VirtualServerState(VirtualServer(stale))],
        addresses: [stale.address],
        sets: [
          IPSetID(.clusterIP, .ipv4): [clusterIPEntry(stale).member],
          IPSetID(.boundAddresses, .ipv4): [.address(stale.address)],
        ]))
    _ = core.ingest(complete())
    #expect(core.settle().isEmpty)
  }

  @Test func driftIsPutRightByAResync() {
    var core = observedCore()
    _ = core.ingest(complete(put(web), put(slice("a", of: "web", [endpoint("10.244.0.1")]))))
    _ = core.settle()
    var drifted = core.known
    drifted.virtualServers[id]?.realServers[real("10.244.0.1")]?.weight = 9
    drifted.virtualServers[id]?.virtualServer.persistence = 5
    drifted.addresses = []
    core.adopt(drifted)
    #expect(
      core.settle() == [
        .updateVirtualServer(VirtualServer(id)),
        .updateRealServer(RealServer(real("10.244.0.1")), of: id), .addAddress(id.address),
      ])
  }

  @Test func theApiServerAndDnsGoFirstAtStart() {
    var core = ReconcilerCore(testConfiguration)
    var kubernetes = service("kubernetes", ["10.96.0.1"], ports: [ServicePortInput(port: 443)])
    kubernetes.createdAt = 5
    let dns = ServiceInput(
      key: ServiceKey(namespace: "kube-system", name: "kube-dns"), clusterIPs: [address("10.96.0.10")],
      ports: [ServicePortInput(transport: .udp, port: 53)])
    _ = core.ingest(complete(put(service("aaa", ["10.96.0.0"])), put(kubernetes), put(dns)))
    core.adopt(KernelState())
    let servers = core.settle().compactMap { operation -> VirtualServerID? in
      if case .addVirtualServer(let server) = operation { server.id } else { nil }
    }
    #expect(Set(servers.prefix(2)) == [tcp("10.96.0.1", 443), udp("10.96.0.10")])
  }

  @Test func aChangeOvertakesTheResync() {
    var configuration = testConfiguration
    configuration.chunkLimit = 10
    var core = observedCore(configuration)
    let services = (0..<100).map { service("s\($0)", ["10.96.1.\($0)"]) }
    _ = core.ingest(InputBatch(services.map(put), isComplete: true))
    _ = core.settle()
    core.adopt(KernelState())
    _ = core.nextChunk(now: .zero)
    _ = core.ingest(complete(put(slice("a", of: "s99", [endpoint("10.244.0.1")]))))
    let next = core.nextChunk(now: .zero)
    #expect(next.operations.contains(.addRealServer(RealServer(real("10.244.0.1")), to: tcp("10.96.1.99"))))
  }

  /// Members take hardly any of the kernel's time: a chunk that was put back, and has its own already, is no longer one.
  @Test func membersDoNotCountForTheSizeOfAChunk() {
    let services = (0..<100).map { service("s\($0)", ["10.96.1.\($0)"]) }
    var configuration = testConfiguration
    configuration.chunkLimit = 40
    func chunk(_ state: KernelState) -> Plan {
      var core = ReconcilerCore(configuration)
      core.adopt(state)
      _ = core.ingest(InputBatch(services.map(put), isComplete: true))
      return core.nextChunk(now: .zero)
    }
    let whole = chunk(KernelState())
    #expect(whole[.addMembers].count == 40 && whole[.changeServers].count == 20)
    #expect(whole[.addAddresses].count == 20)
    var state = KernelState()
    for case .addMember(let entry) in whole[.addMembers] {
      state.sets[entry.set, default: []].insert(entry.member)
    }
    let rest = chunk(state)
    #expect(rest[.addMembers].isEmpty)
    #expect(rest[.changeServers] == whole[.changeServers] && rest[.addAddresses] == whole[.addAddresses])
  }

  @Test func theFullPlanChangesNothing() {
    var core = observedCore()
    _ = core.ingest(complete(put(web)))
    let first = core.fullPlan(now: .zero)
    #expect(first.count == 4)
    #expect(core.fullPlan(now: .zero) == first)
    #expect(core.known.virtualServers.isEmpty)
  }
}
