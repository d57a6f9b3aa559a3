import Addressing
import LinuxNode
import Netlink
import Reconciler
import Testing
import TransportFakes

/// What a change costs from the core's input to the last byte, counted where the bytes leave.
@Suite struct CostOfChangeTests {
  /// The netlink half of the kernel as a Kernel: rules and settings cost nothing that netlink counts.
  private struct CountedKernel: Kernel {
    let netlink: NetlinkKernel

    func prepare() async throws(KernelError) -> [Notice] { [] }
    func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
      try await netlink.read(part, [.ipv4])
    }
    func apply(_ operations: [Operation]) async -> [KernelError?] { await netlink.apply(operations) }
    func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int { 0 }
    func connections(
      of ids: [VirtualServerID]
    ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] {
      try await netlink.connections(of: ids)
    }
  }

  private func service(_ number: Int) -> ServiceInput {
    ServiceInput(
      key: ServiceKey(namespace: "default", name: "s\(number)"),
      clusterIPs: [IPAddress(ipv4: 0x0A60_0000 + UInt32(number))], ports: [ServicePortInput(port: 80)])
  }

  private func slice(_ number: Int, remote: Int, local: Int = 0) -> EndpointSliceInput {
    let endpoints = (0..<remote + local).map { index in
      EndpointInput(
        IPAddress(ipv4: 0x0AF4_0000 + UInt32(number * 16 + index)),
        nodeName: index < remote ? "node-b" : "node-a")
    }
    return EndpointSliceInput(
      key: EndpointSliceKey(namespace: "default", name: "s\(number)-a"), service: service(number).key,
      family: .ipv4, ports: [EndpointPortInput(port: 8080)], endpoints: endpoints)
  }

  private func put(_ slice: EndpointSliceInput) -> InputBatch {
    InputBatch([.endpointSlice(slice.key, slice)], isComplete: true)
  }

  /// A loop over a fake kernel that holds `count` Services of five endpoints each; the counters stand at what that took.
  private func running(_ count: Int) async throws -> (ReconcileLoop, Node) {
    let node = try await Node.ready()
    let loop = ReconcileLoop(
      kernel: CountedKernel(netlink: node.kernel),
      core: ReconcilerCore(
        CoreConfiguration(resolver: ResolverPolicy(nodeName: "node-a", families: [.ipv4]))),
      // No comparison comes in between, however slow the machine is.
      configuration: LoopConfiguration(syncPeriod: .seconds(86_400)))
    let changes = (1...count).flatMap { number -> [InputChange] in
      let service = service(number)
      let slice = slice(number, remote: 5)
      return [.service(service.key, service), .endpointSlice(slice.key, slice)]
    }
    await loop.submit(InputBatch(changes, isComplete: true))
    #expect(await loop.converge().isComplete)
    return (loop, node)
  }

  @Test(arguments: [100, 5000]) func oneEndpointIsOneMessageAndOneMoreWhenItIsLocal(count: Int) async throws {
    let (loop, node) = try await running(count)
    node.fake.resetCounts()
    await loop.submit(put(slice(1, remote: 6)))
    _ = await loop.converge()
    #expect(node.fake.counts.messages == 1)
    node.fake.resetCounts()
    await loop.submit(put(slice(1, remote: 6, local: 1)))
    _ = await loop.converge()
    #expect(node.fake.counts.messages == 2)
  }

  @Test func anUnchangedRoundSendsNothing() async throws {
    let (loop, node) = try await running(100)
    node.fake.resetCounts()
    await loop.submit(put(slice(1, remote: 5)))
    _ = await loop.converge()
    #expect(node.fake.counts == TrafficCounts())
  }

  @Test func fiveThousandServicesFromNothingTakeFewerThan300Sends() async throws {
    let (_, node) = try await running(5000)
    #expect(node.fake.counts.sends < 300)
    #expect(node.fake.model.services.values.allSatisfy { $0.destinations.count == 5 })
    #expect(node.fake.model.services.count == 5000)
  }
}
