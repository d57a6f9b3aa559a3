import Addressing
import KernelFakes
import LinuxNode
import Reconciler
import Testing

extension KernelTests {
  /// The suite that FakeKernel passes too, on the real kernel: in the namespace that this process runs in.
  @Suite struct Contract {
    @Test(arguments: KernelContract.cases) func holds(_ contract: ContractCase) async throws {
      let kernel = LinuxKernel(NodeConfiguration(families: [.ipv4, .ipv6]))
      _ = try await kernel.prepare()
      try await contract.run(kernel)
    }

    @Test func nothingIsMissingOnThisKernel() async {
      let kernel = LinuxKernel(NodeConfiguration(families: [.ipv4, .ipv6]))
      #expect(await kernel.missingPrerequisites().isEmpty)
    }

    @Test func anUnknownSchedulerIsAMissingPrerequisite() async throws {
      let kernel = LinuxKernel(NodeConfiguration(families: [.ipv4], scheduler: "nosuch"))
      let missing = await kernel.missingPrerequisites()
      #expect(missing.map(\.name) == ["ip_vs_nosuch"])
    }

    @Test func withATenthOfAllWritesFailingTheKernelConverges() async throws {
      let kernel = LinuxKernel(NodeConfiguration(families: [.ipv4, .ipv6]))
      _ = try await kernel.prepare()
      let faulty = FaultInjector(kernel, seed: 7, failureRate: 0.1)
      let core = ReconcilerCore(CoreConfiguration(resolver: ResolverPolicy(nodeName: "node-a")))
      let loop = ReconcileLoop(
        kernel: faulty, core: core, configuration: LoopConfiguration(jitter: { 0 }),
        time: ManualTime(jumps: true))
      let services = (1...40).map { number in
        ServiceInput(
          key: ServiceKey(namespace: "default", name: "s\(number)"),
          clusterIPs: [IPAddress(ipv4: 0x0A60_0200 + UInt32(number))], ports: [ServicePortInput(port: 80)])
      }
      await loop.submit(
        InputBatch(services.map { .service($0.key, $0) }, isComplete: true))
      #expect(await loop.converge(attempts: 60).isComplete)
      #expect(await faulty.injected > 0)
      await faulty.heal()
      let state = try await kernel.observe()
      #expect(Set(state.virtualServers.keys.map(\.address)) == Set(services.flatMap(\.clusterIPs)))
      #expect(state.addresses == Set(services.flatMap(\.clusterIPs)))
      await loop.submit(InputBatch(services.map { .service($0.key, nil) }, isComplete: true))
      #expect(await loop.converge(attempts: 60).isComplete)
      #expect(try await kernel.observe().virtualServers.isEmpty)
    }
  }
}
