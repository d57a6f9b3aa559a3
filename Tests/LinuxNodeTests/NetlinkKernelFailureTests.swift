import Addressing
import Glibc
import LinuxNode
import Netlink
import Reconciler
import Testing
import TransportFakes

/// Which operation a failure belongs to, and what is said about it.
@Suite struct NetlinkKernelFailureTests {
  @Test func `a failure in the middle is told of exactly that operation`() async throws {
    let node = try await Node.ready()
    node.fake.refuse { request in
      guard case .ipvs(.newService(let service)) = request else { return nil }
      return service.scheduler == "nope" ? ENOENT : nil
    }
    let operations = (1...9).map {
      Operation.addVirtualServer(virtualServer($0, scheduler: $0 == 5 ? "nope" : "rr"))
    }

    let errors = await node.kernel.apply(operations)

    #expect(errors.indices.filter { errors[$0] != nil } == [4])
    #expect(errors[4]?.errno == ENOENT)
    #expect(errors[4]?.subsystem == .ipvs)
    #expect(errors[4]?.hint == "the kernel has no scheduler nope: load module ip_vs_nope")
    #expect(errors[4]?.outcome == .refused)
    #expect(errors[4]?.object == "ipvsadm -A -t 10.96.0.5:443 -s nope")
  }

  @Test func `members behind a failing one are sent again`() async throws {
    let node = try await Node.ready()
    node.fake.refuseElements(at: [3], errno: SetError.invalidCIDR)

    let errors = await node.kernel.apply((1...6).map { .addMember(clusterIPEntry($0)) })

    #expect(errors.indices.filter { errors[$0] != nil } == [2])
    #expect(errors[2]?.errno == SetError.invalidCIDR)
    #expect(errors[2]?.hint == "the kernel takes no prefix length of 0: it needs two halves")
    #expect(node.fake.model.sets["KUBE-CLUSTER-IP"]?.count == 5)
    #expect(node.fake.counts.messages == 2)
  }

  @Test func `many failing members cost messages in proportion`() async throws {
    let node = try await Node.ready()
    node.fake.refuseElements(at: Array(100...400), errno: SetError.invalidCIDR)

    let errors = await node.kernel.apply((1...500).map { .addMember(clusterIPEntry($0)) })

    #expect(errors.indices.filter { errors[$0] != nil } == Array(99...399))
    #expect(node.fake.model.sets["KUBE-CLUSTER-IP"]?.count == 199)
    #expect(node.fake.counts.elements < 1500)
  }

  @Test func `a member sent again never overtakes its removal`() async throws {
    let node = try await Node.ready()
    node.fake.refuseElements(at: [1], errno: SetError.invalidCIDR)

    let errors = await node.kernel.apply([
      .addMember(clusterIPEntry(1)), .addMember(clusterIPEntry(2)), .removeMember(clusterIPEntry(2)),
    ])

    #expect(errors.map { $0 == nil } == [false, true, true])
    #expect(node.fake.model.sets["KUBE-CLUSTER-IP"]?.isEmpty == true)
  }

  @Test(arguments: [ENOBUFS, ETIMEDOUT])
  func `with the answer lost the outcome is unknown`(_ errno: Int32) async throws {
    let node = try await Node.ready()
    node.fake.loseAnswers(errno: errno)

    let errors = await node.kernel.apply([
      .addVirtualServer(virtualServer(1)), .addVirtualServer(virtualServer(2)),
    ])

    #expect(errors.map { $0?.outcome } == [.unknown, .unknown])
    #expect(errors.first??.errno == errno)
  }

  @Test func `after a lost answer the next request is understood`() async throws {
    let node = try await Node.ready()
    node.fake.loseAnswers(errno: ENOBUFS)
    _ = await node.kernel.apply([.addVirtualServer(virtualServer(1))])

    let state = try await node.kernel.observe([.ipv4])

    #expect(state.virtualServers.keys.map(\.description) == ["10.96.0.1:443/tcp"])
  }

  @Test func `removing what is absent succeeds`() async throws {
    let node = try await Node.ready()

    let errors = await node.kernel.apply([
      .removeMember(clusterIPEntry(1)), .removeRealServer(realServer(1).id, from: virtualServer(1).id),
      .removeVirtualServer(virtualServer(1).id), .removeAddress(virtualIP(1)),
    ])

    #expect(errors == [nil, nil, nil, nil])
  }

  @Test func `adding members and addresses that are there succeeds`() async throws {
    let node = try await Node.ready()
    let operations: [Operation] = [.addMember(clusterIPEntry(1)), .addAddress(virtualIP(1))]
    _ = await node.kernel.apply(operations)

    let errors = await node.kernel.apply(operations)

    #expect(errors == [nil, nil])
  }

  @Test func `adding a virtual server that is there is refused`() async throws {
    let node = try await Node.ready()
    _ = await node.kernel.apply([.addVirtualServer(virtualServer(1))])

    let errors = await node.kernel.apply([.addVirtualServer(virtualServer(1))])

    #expect(errors.first??.errno == EEXIST)
  }

  @Test func `without CAP_NET_ADMIN the error says so`() async throws {
    let node = try await Node.ready()
    node.fake.refuse { _ in EPERM }

    let errors = await node.kernel.apply([.addAddress(virtualIP(1))])

    #expect(errors.first??.hint == "needs CAP_NET_ADMIN")
  }

  @Test func `without ip_vs the error names the module`() async throws {
    let node = Node()
    node.fake.modify { $0.hasIPVS = false }

    let errors = await node.kernel.apply([.addVirtualServer(virtualServer(1))])

    #expect(errors.first??.hint == "the kernel has no IPVS: load module ip_vs")
  }

  @Test func `a kernel without ip_vs has no virtual servers, and that is no error`() async throws {
    let node = try await Node.ready()
    node.fake.modify { $0.hasIPVS = false }
    let state = try await node.kernel.observe([.ipv4])
    #expect(state.virtualServers.isEmpty)
    #expect(state.sets.count == IPSetKind.allCases.count)
  }

  @Test func `a device made anew is found again`() async throws {
    let node = try await Node.ready()
    _ = await node.kernel.apply([.addAddress(virtualIP(1))])
    node.fake.modify { model in
      model.links = [Link(index: 77, name: NetlinkKernel.deviceName, kind: "dummy")]
      model.addresses = []
    }

    let errors = await node.kernel.apply([.addAddress(virtualIP(2))])

    #expect(errors == [nil])
    #expect(node.fake.model.addresses.map(\.interfaceIndex) == [77])
  }

  @Test func `an address without the device is an error that names it`() async throws {
    let node = Node()

    let errors = await node.kernel.apply([.addAddress(virtualIP(1))])

    #expect(errors.first??.errno == ENODEV)
    #expect(errors.first??.hint == "the device kube-ipvs0 is missing")
  }

  @Test func `a socket whose answer was lost is opened anew`() async throws {
    let node = try await Node.ready()
    let before = node.fake.opened.count
    node.fake.loseAnswers(errno: ENOBUFS)
    _ = await node.kernel.apply([.addVirtualServer(virtualServer(1))])

    _ = await node.kernel.apply([.removeVirtualServer(virtualServer(1).id)])

    #expect(node.fake.opened.dropFirst(before) == [.generic])
  }
}
