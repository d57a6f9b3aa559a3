import Addressing
import Glibc
import LinuxNode
import Netlink
import Reconciler
import Testing
import TransportFakes

/// Tracked flows that are made forgotten.
@Suite struct ForgetUDPFlowsTests {
  private func flow(
    to number: Int, port: UInt16 = 53, transport: UInt8 = 17, from client: UInt16 = 40000, zone: UInt16 = 0
  ) -> ConntrackFlow {
    ConntrackFlow(
      ConntrackTuple(
        from: IPAddress(ipv4: 0x0AF4_0009), port: client, to: virtualIP(number), port: port,
        transport: transport), zone: zone, id: UInt32(client))
  }

  private func udp(_ number: Int, port: UInt16 = 53) -> VirtualServerID {
    VirtualServerID(virtualIP(number), port: port, transport: .udp)
  }

  private func node(_ flows: [ConntrackFlow], filters: Bool = true) -> Node {
    let node = Node()
    node.fake.modify {
      $0.flows = flows
      $0.filtersFlows = filters
    }
    return node
  }

  @Test(arguments: [true, false])
  func `only UDP flows to the virtual server are forgotten`(kernelFilters: Bool) async throws {
    let others = [flow(to: 1, port: 54), flow(to: 2), flow(to: 1, transport: 6), flow(to: 1, transport: 132)]
    let node = node(others + [flow(to: 1), flow(to: 1, from: 40001, zone: 7)], filters: kernelFilters)

    let count = try await node.kernel.forgetUDPFlows(of: [udp(1)])

    #expect(count == 2)
    #expect(node.fake.model.flows == others)
  }

  @Test func `many virtual servers cost one dump`() async throws {
    let node = node((1...50).map { flow(to: $0) })

    let count = try await node.kernel.forgetUDPFlows(of: (1...40).map { udp($0) })

    #expect(count == 40)
    let dumps = node.fake.requests.filter { if case .conntrack(.dump) = $0 { true } else { false } }
    #expect(dumps == [.conntrack(.dump(ConntrackFilter(.ipv4, transport: 17)))])
    #expect(node.fake.counts.sends == 2)
  }

  @Test func `the two families are looked at one after the other`() async throws {
    let v6 = IPAddress(ipv6High: 0xFD00 << 48, low: 1)
    let flow6 = ConntrackFlow(
      ConntrackTuple(from: v6, port: 40000, to: v6, port: 53, transport: 17), id: 1)
    let node = node([flow(to: 1), flow6])

    let count = try await node.kernel.forgetUDPFlows(
      of: [udp(1), VirtualServerID(v6, port: 53, transport: .udp)])

    #expect(count == 2)
    #expect(node.fake.model.flows.isEmpty)
  }

  @Test func `virtual servers of other protocols ask for nothing`() async throws {
    let node = node([flow(to: 1, transport: 6)])

    let count = try await node.kernel.forgetUDPFlows(of: [virtualServer(1).id])

    #expect(count == 0)
    #expect(node.fake.counts == TrafficCounts())
  }

  @Test func `a flow that ended by itself is no error`() async throws {
    let node = node([flow(to: 1), flow(to: 1, from: 40001)])
    node.fake.refuse { $0 == .conntrack(.delete(self.flow(to: 1))) ? ENOENT : nil }

    #expect(try await node.kernel.forgetUDPFlows(of: [udp(1)]) == 1)
  }

  @Test func `a table that can't be read is an error with its remedy`() async throws {
    let node = node([flow(to: 1)])
    node.fake.refuse { _ in EINVAL }

    let error = await #expect(throws: KernelError.self) {
      try await node.kernel.forgetUDPFlows(of: [udp(1)])
    }

    #expect(error?.hint.contains("nf_conntrack_netlink") == true)
  }
}
