import Addressing
import Glibc
import KernelFakes
import Reconciler
import Testing

@Suite struct FakeKernelTests {
  @Test(arguments: KernelContract.cases) func keepsTheContract(_ contract: ContractCase) async throws {
    let kernel = FakeKernel()
    _ = try await kernel.prepare()
    try await contract.run(kernel)
  }

  @Test func withoutADeviceAddressesAreRefused() async {
    let kernel = FakeKernel()
    #expect(await kernel.apply([.addAddress(address("10.96.0.1"))]).first??.errno == ENODEV)
  }

  @Test func withoutItsSetAMemberIsRefused() async {
    let kernel = FakeKernel()
    #expect(await kernel.apply([.addMember(clusterIPEntry(tcp("10.96.0.1")))]).first??.errno == ENOENT)
  }

  @Test func aFullSetRefusesOneMore() async throws {
    let kernel = FakeKernel()
    _ = try await kernel.prepare()
    let set = IPSetID(.boundAddresses, .ipv4)
    let members = (0..<UInt32(FakeKernel.maximumMembers)).map { IPSetMember.address(IPAddress(ipv4: $0)) }
    await kernel.tamper { $0.sets[set] = IPSetMembers(members) }
    let results = await kernel.apply([
      .addMember(IPSetEntry(set, .address(IPAddress(ipv4: 0)))),
      .addMember(IPSetEntry(set, .address(IPAddress(ipv4: .max)))),
    ])
    #expect(results.map { $0?.errno } == [nil, 4352])
  }

  @Test func theLogHoldsWhatTookEffect() async {
    let kernel = FakeKernel()
    let add = Reconciler.Operation.addVirtualServer(VirtualServer(tcp("10.96.0.1")))
    _ = await kernel.apply([add, add])
    #expect(await kernel.applied == [add])
    #expect(await kernel.batches == [2])
  }
}
