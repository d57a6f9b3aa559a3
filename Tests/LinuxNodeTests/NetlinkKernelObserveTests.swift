import Addressing
import Glibc
import LinuxNode
import Netlink
import Reconciler
import Testing
import TransportFakes

/// What is read back.
@Suite struct NetlinkKernelObserveTests {
  @Test func `what was applied is read back the same`() async throws {
    let node = Node()
    _ = try await node.kernel.ensureSets([.ipv4, .ipv6])
    _ = try await node.kernel.ensureDevice()
    let sample = Sample()

    let errors = await node.kernel.apply(sample.operations)
    let state = try await node.kernel.observe([.ipv4, .ipv6])

    #expect(errors.allSatisfy { $0 == nil })
    #expect(state == sample.state)
  }

  @Test func `firewall marks and protocols of others are left out`() async throws {
    let node = try await Node.ready()
    let mark = IPVSServiceKey.firewallMark(7, .ipv4)
    let other = IPVSServiceKey.address(virtualIP(1), transport: 51, port: 0)
    node.fake.modify { model in
      for key in [mark, other] { model.services[key] = .init(IPVSService(key, scheduler: "rr")) }
    }

    let state = try await node.kernel.observe([.ipv4])

    #expect(state.virtualServers.isEmpty)
  }

  @Test func `flags of the kernel's own are left out`() async throws {
    let node = try await Node.ready()
    let key = virtualServer(1).id.wireKey
    // IP_VS_SVC_F_HASHED, and a timeout without IP_VS_SVC_F_PERSISTENT.
    node.fake.modify { $0.services[key] = .init(IPVSService(key, scheduler: "rr", flags: 0x2, timeout: 300)) }

    let state = try await node.kernel.observe([.ipv4])

    #expect(state.virtualServers.values.map(\.virtualServer) == [virtualServer(1)])
  }

  @Test func `link-local addresses and other interfaces' are left out`() async throws {
    let node = try await Node.ready()
    let linkLocal = try #require(IPAddress("fe80::1"))
    node.fake.modify { model in
      model.addresses = [
        InterfaceAddress(interfaceIndex: 2, address: linkLocal, prefixLength: 64),
        InterfaceAddress(interfaceIndex: 3, address: virtualIP(9), prefixLength: 24),
        InterfaceAddress(interfaceIndex: 2, address: virtualIP(1), prefixLength: 32),
      ]
    }

    let state = try await node.kernel.observe([.ipv4, .ipv6])

    #expect(state.addresses == [virtualIP(1)])
  }

  @Test func `only the families asked for are read`() async throws {
    let node = Node()
    _ = try await node.kernel.ensureSets([.ipv4, .ipv6])
    _ = try await node.kernel.ensureDevice()
    _ = await node.kernel.apply(Sample().operations)

    let state = try await node.kernel.observe([.ipv6])

    #expect(state.virtualServers.keys.allSatisfy { $0.family == .ipv6 })
    #expect(state.addresses.allSatisfy { $0.family == .ipv6 })
    #expect(state.sets.keys.allSatisfy { $0.family == .ipv6 })
    #expect(state.sets.count == IPSetKind.allCases.count)
  }

  @Test func `of a set without members only the header is read`() async throws {
    let node = try await Node.ready()
    _ = await node.kernel.apply([.addMember(clusterIPEntry(1))])
    node.fake.resetCounts()

    let state = try await node.kernel.observe([.ipv4])

    let requests = node.fake.requests.filter { if case .set = $0 { true } else { false } }
    #expect(requests == [.set(.listHeaders), .set(.list(name: "KUBE-CLUSTER-IP"))])
    #expect(state.sets.count == IPSetKind.allCases.count)
    #expect(state.contains(clusterIPEntry(1)))
  }

  @Test func `a kernel that doesn't say how many members there are is asked for them`() async throws {
    let node = try await Node.ready()
    _ = await node.kernel.apply([.addMember(clusterIPEntry(1))])
    node.fake.modify { $0.tellsElements = false }
    node.fake.resetCounts()

    let state = try await node.kernel.observe([.ipv4])

    #expect(
      node.fake.requests.count { if case .set = $0 { true } else { false } } == 1 + IPSetKind.allCases.count)
    #expect(state.sets.count == IPSetKind.allCases.count)
    #expect(state.contains(clusterIPEntry(1)))
  }

  @Test func `without sets and device there is nothing, and no error`() async throws {
    let node = Node()

    let state = try await node.kernel.observe([.ipv4])

    #expect(state == KernelState())
  }

  @Test func `a dump that fails gives an error, not an empty world`() async throws {
    let node = try await Node.ready()
    node.fake.refuse { $0 == .ipvs(.dumpServices) ? ENOMEM : nil }

    await #expect(throws: KernelError.self) { try await node.kernel.observe([.ipv4]) }
  }

  @Test func `a part is read by itself`() async throws {
    let node = try await Node.ready()
    _ = await node.kernel.apply((1...9).map { .addVirtualServer(virtualServer($0)) })
    node.fake.resetCounts()

    let reading = try await node.kernel.read(
      .realServers(of: [virtualServer(2).id, virtualServer(7).id]), [.ipv4])

    #expect(
      reading
        == .realServers([
          RealServerList(virtualServer(2).id, []), RealServerList(virtualServer(7).id, []),
        ]))
    #expect(node.fake.counts.messages == 2)
  }

  @Test func `a part that fails gives an error`() async throws {
    let node = try await Node.ready()
    _ = await node.kernel.apply([.addVirtualServer(virtualServer(1))])
    node.fake.refuse { if case .ipvs(.dumpDestinations) = $0 { ENOMEM } else { nil } }

    await #expect(throws: KernelError.self) {
      try await node.kernel.read(.realServers(of: [virtualServer(1).id]), [.ipv4])
    }
  }

  @Test func `connections are those of the virtual servers asked for`() async throws {
    let node = try await Node.ready()
    var destination = IPVSDestination(virtualIP(200), port: 80)
    (destination.activeConnections, destination.inactiveConnections) = (3, 4)
    let busy = destination
    node.fake.modify { model in
      for number in 1...2 {
        let key = virtualServer(number).id.wireKey
        model.services[key] = .init(IPVSService(key, scheduler: "rr"), destinations: [busy])
      }
    }

    let counts = try await node.kernel.connections(of: [virtualServer(1).id, virtualServer(9).id])

    #expect(
      counts == [
        virtualServer(1).id: [
          RealServerID(virtualIP(200), port: 80): ConnectionCounts(active: 3, inactive: 4)
        ]
      ])
  }

  @Test func `sets with other parameters are an error`() async throws {
    let node = Node()
    let name = IPSetID(.clusterIP, .ipv4).name
    node.fake.modify { model in
      model.definitions[name] = SetDefinition(name, .hashIP, family: .ipv4)
      model.sets[name] = []
    }

    await #expect(throws: KernelError.self) { try await node.kernel.ensureSets([.ipv4]) }
  }

  @Test func `cleaning up leaves neither sets nor device`() async throws {
    let node = try await Node.ready()

    try await node.kernel.destroySets([.ipv4, .ipv6])
    try await node.kernel.removeDevice()

    #expect(node.fake.model.sets.isEmpty)
    #expect(node.fake.model.links.isEmpty)
  }

  @Test func `timeouts are set and read`() async throws {
    let node = Node()

    try await node.kernel.setTimeouts(IPVSTimeouts(tcp: 60, tcpFin: 30, udp: 10))

    #expect(try await node.kernel.timeouts() == IPVSTimeouts(tcp: 60, tcpFin: 30, udp: 10))
  }
}
