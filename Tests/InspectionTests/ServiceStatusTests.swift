import Addressing
import Inspection
import KernelFakes
import Reconciler
import Testing

@Suite struct ServiceStatusTests {
  private func web(_ ports: [ServicePortInput] = [ServicePortInput(port: 80)], createdAt: Int64 = 0)
    -> ServiceInput
  {
    ServiceInput(
      key: key("web"), createdAt: createdAt, clusterIPs: [address("10.96.0.1")], ports: ports)
  }

  @Test func aServiceInForceIsProgrammed() async throws {
    let world = await World([put(web()), slice(of: "web", [EndpointInput(address("10.244.0.5"))])])
    let status = try await world.service("web")
    #expect(status.state == .programmed && status.reason == "")
    #expect(status.servingEndpoints == 1 && status.endpoints == 1)
    #expect(status.virtualServers.map(\.name) == ["10.96.0.1:80/tcp"])
    #expect(status.virtualServers.flatMap(\.setMembers).allSatisfy { $0.isInKernel })
    #expect(status.virtualServers[0].realServers[0].weightInKernel == 1)
  }

  @Test func withoutASliceItSaysWhatToAdd() async throws {
    let status = try await World([put(web())]).service("web")
    #expect(status.state == .noEndpoints)
    #expect(
      status.reason
        == "add an EndpointSlice with the label kubernetes.io/service-name=web in namespace default, or ready Pods that its selector matches"
    )
  }

  @Test func aPortUnderAnotherNameIsNamed() async throws {
    let world = await World([
      put(web([ServicePortInput(name: "http", port: 80), ServicePortInput(name: "admin", port: 81)])),
      slice(
        of: "web", port: EndpointPortInput(name: "http", port: 8080), [EndpointInput(address("10.244.0.5"))]),
    ])
    let status = try await world.service("web")
    #expect(status.state == .noEndpoints)
    #expect(
      status.reason
        == "port 'admin': its EndpointSlices have no port 'admin' over tcp; they have http 8080/tcp")
  }

  @Test func slicesOfTheOtherFamilyAreNamed() async throws {
    let status = try await World([put(web()), slice(of: "web", [EndpointInput(address("fd00::5"))])]).service(
      "web")
    #expect(status.reason == "its EndpointSlices hold addresses of IPv6, the Service wants IPv4")
  }

  @Test func endpointsThatAreAllOutAreCountedByReason() async throws {
    var service = web()
    service.internalScope = .local
    let world = await World([
      put(service),
      slice(
        of: "web",
        [
          EndpointInput(address("10.244.1.5"), nodeName: "node-b"),
          EndpointInput(address("10.244.1.6"), nodeName: "node-b"),
          EndpointInput(address("10.244.0.7"), isReady: false, isServing: false, nodeName: "node-a"),
        ]),
    ])
    let status = try await world.service("web")
    #expect(status.state == .noEndpoints)
    #expect(
      status.reason == "none of its 3 endpoints serves: 2 policy Local, and it is on node node-b; 1 not ready"
    )
  }

  @Test func theYoungerOfTwoIsInConflict() async throws {
    let other = ServiceInput(
      key: key("older"), createdAt: 5, clusterIPs: [address("10.96.0.1")], ports: [ServicePortInput(port: 80)]
    )
    let world = await World([
      put(web(createdAt: 9)), put(other), slice(of: "older", [EndpointInput(address("10.244.0.5"))]),
    ])
    let status = try await world.service("web")
    #expect(status.state == .conflict)
    #expect(status.reason == "10.96.0.1:80/tcp belongs to default/older, which is older")
    #expect(status.virtualServers[0].realServers.allSatisfy { $0.weightInKernel == nil })
    #expect(try await world.service("older").state == .programmed)
    let path = try await world.connect("10.96.0.1:80")
    #expect(path.service == "default/older")
    #expect(path.steps.contains { $0.text == "default/web asked for it too, and is younger" })
    let health = await world.inspector.health()
    #expect(health.isHealthy)
    let conflict = try #require(health.conflicts.first)
    #expect(conflict.virtualServer == "10.96.0.1:80/tcp" && health.conflicts.count == 1)
    #expect(conflict.heldBy == "default/older" && conflict.wantedBy == "default/web")
  }

  @Test func whatTheKernelRefusesIsToldWithItsError() async throws {
    var service = web()
    service.scheduler = Scheduler(rawValue: "nonsuch")
    let world = await World([put(service)], attempts: 2)
    let status = try await world.service("web")
    #expect(status.state == .degraded)
    #expect(
      status.reason.contains("ipvsadm -A -t 10.96.0.1:80 -s nonsuch: No such file or directory (errno 2)"))
    let health = await world.inspector.health()
    #expect(!health.isHealthy && health.counts.failing == 1)
    let failure = try #require(health.failures.first)
    #expect(failure.object == "virtual server 10.96.0.1:80/tcp" && failure.errno == 2)
    #expect(failure.service == "default/web" && failure.attempts >= 2)
    #expect(failure.operation == "ipvsadm -A -t 10.96.0.1:80 -s nonsuch")
  }

  @Test func aRefusedAddressIsDegraded() async throws {
    var service = web()
    service.externalIPs = [address("10.244.1.9")]
    let world = await World([
      put(service),
      slice(of: "web", [EndpointInput(address("10.244.1.9"), nodeName: "node-b")]),
    ])
    let status = try await world.service("web")
    #expect(status.state == .degraded)
    #expect(status.reason.hasPrefix("10.244.1.9 is refused: endpoints on another node have it"))
    #expect(
      try await world.connect("10.244.1.9:80").summary.hasPrefix(
        "default/web asks for 10.244.1.9 and doesn't get it: endpoints on another node have it"))
  }

  @Test func aDrainingRealServerSaysSinceWhenAndHowLong() async throws {
    let kernel = FakeKernel()
    let world = await World(
      [
        put(web()),
        slice(of: "web", [EndpointInput(address("10.244.0.5")), EndpointInput(address("10.244.0.6"))]),
      ],
      kernel: kernel)
    await kernel.setConnections(
      ConnectionCounts(active: 1), of: RealServerID(address("10.244.0.6"), port: 8080),
      in: VirtualServerID(address("10.96.0.1"), port: 80, transport: .tcp))
    await world.loop.submit(
      InputBatch([slice(of: "web", [EndpointInput(address("10.244.0.5"))])], isComplete: true))
    _ = await world.loop.converge()
    let server = try #require(
      try await world.service("web").virtualServers[0].realServers.first { $0.address == "10.244.0.6" })
    #expect(server.state == .draining && server.weightInKernel == 0)
    #expect(
      server.reason
        == "its endpoint has gone from every EndpointSlice; draining for 0 s, removed in 900 s at the latest")
    #expect(try await world.connect("10.96.0.1:80").others.map(\.address) == ["10.244.0.6"])
  }

  @Test func pagesHoldEveryServiceOnce() async throws {
    let count = Inspector.pageSize * 2 + 7
    let services = (0..<count).map { number in
      ServiceInput(
        key: key("s\(number)"), clusterIPs: [IPAddress(ipv4: 0x0A60_0000 + UInt32(number))],
        ports: [ServicePortInput(port: 80)])
    }
    let world = await World(services.map(put))
    let names = await world.inspector.services(ServiceQuery()).map(\.name)
    #expect(names == services.map(\.key.name).sorted())
    let first = await world.inspector.page(ServiceQuery(), after: nil)
    #expect(first.items.count == Inspector.pageSize && first.next == first.items.last?.key)
    #expect(await world.inspector.services(ServiceQuery(namespace: "none")).isEmpty)
    #expect(await world.inspector.services(ServiceQuery(name: "s5")).map(\.name) == ["s5"])
  }
}
