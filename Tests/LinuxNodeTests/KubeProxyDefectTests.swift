import Addressing
import LinuxNode
import Netlink
import Reconciler
import Testing
import TransportFakes

/// Defects of kube-proxy's ipvs mode that show in the kernel only, each as a question: we must answer it well, and a
/// mutant with kube-proxy's behaviour must not, or the question asks nothing.
@Suite(.timeLimit(.minutes(5))) struct KubeProxyDefectTests {
  // MARK: - Cleanup leaks the sets of IPv6 and takes others' virtual servers along (S5)

  /// What a cleanup leaves of a node that serves both families beside somebody else's virtual server.
  private func leftovers(_ cleanUp: (Node) async throws -> Void) async throws -> Leftovers {
    let node = Node()
    _ = try await node.kernel.ensureSets(IPFamily.allCases)
    _ = try await node.kernel.ensureDevice()
    let foreign = virtualServer(200)
    let recorded = try #require(IPAddress("fd00::a"))
    let servers =
      [VirtualServerID(virtualIP(1), port: 443, transport: .tcp)]
      + [VirtualServerID(recorded, port: 443, transport: .tcp)]
    let operations: [Operation] =
      servers.flatMap { id -> [Operation] in
        [
          .addMember(
            IPSetEntry(IPSetID(.clusterIP, id.family), .addressPort(id.address, id.transport, id.port))),
          .addMember(IPSetEntry(IPSetID(.boundAddresses, id.family), .address(id.address))),
          .addVirtualServer(VirtualServer(id)), .addAddress(id.address),
        ]
      } + [.addVirtualServer(foreign)]
    #expect(await node.kernel.apply(operations).allSatisfy { $0 == nil })
    try await cleanUp(node)
    let model = node.fake.model
    return Leftovers(
      virtualIPs: Set(model.services.keys.map { "\($0)" }), sets: Set(model.sets.keys),
      addresses: model.addresses.count)
  }

  private struct Leftovers: Equatable {
    let virtualIPs: Set<String>
    let sets: Set<String>
    let addresses: Int
  }

  @Test func cleanupTakesAllOfOursAndNothingOfOthers() async throws {
    let untouched = try await leftovers { _ in }
    #expect(untouched.virtualIPs.count == 3 && untouched.addresses == 2)
    let ours = try await leftovers { node in
      // What the command does: a loop without Services, then what everything rested on.
      let loop = ReconcileLoop(
        kernel: ObjectsOnly(kernel: node.kernel),
        core: ReconcilerCore(CoreConfiguration(resolver: ResolverPolicy(nodeName: ""))))
      await loop.submit(InputBatch([], isComplete: true))
      #expect(await loop.converge().isComplete)
      try await node.kernel.destroySets(IPFamily.allCases)
    }
    #expect(ours.sets == [] && ours.addresses == 0)
    #expect(ours.virtualIPs.count == 1 && ours.virtualIPs.isSubset(of: untouched.virtualIPs))
    // CleanupLeftovers of pkg/proxy/ipvs/cleanup.go: IPVS flushed, the device deleted, the sets of IPv4's names destroyed.
    let kubeProxy = try await leftovers { node in
      node.fake.modify { $0.services = [:] }
      try await node.kernel.removeDevice()
      try await node.kernel.destroySets([.ipv4])
    }
    #expect(kubeProxy.virtualIPs != ours.virtualIPs, "the mutant must take the other's virtual server along")
    #expect(kubeProxy.sets == Set(IPSetID.all(.ipv6).map(\.name)), "the mutant must leak")
  }

  // MARK: - With networks for node ports, virtual IPs in them count as node addresses (S6)

  /// The virtual servers on a node port, on a node with 192.168.77.1 that has bound a load balancer address of the same
  /// network, as MetalLB gives them out.
  private func nodePortServers(
    _ addresses: (CountingKernel) async throws -> Set<IPAddress>
  ) async throws -> [String] {
    let balancer = try #require(IPAddress("192.168.77.200"))
    let network = try #require(IPNetwork("192.168.77.0/24"))
    let fake = CountingKernel()
    fake.modify { model in
      model.links = [
        Link(index: 2, name: NetlinkKernel.deviceName, kind: "dummy"), Link(index: 3, name: "eth0"),
      ]
      model.addresses = [
        InterfaceAddress(interfaceIndex: 2, address: balancer, prefixLength: 32),
        InterfaceAddress(interfaceIndex: 3, address: IPAddress(ipv4: 0xC0A8_4D01), prefixLength: 24),
      ]
    }
    let key = ServiceKey(namespace: "default", name: "web")
    var service = ServiceInput(
      key: key, clusterIPs: [virtualIP(1)], ports: [ServicePortInput(port: 80, nodePort: 30080)])
    service.loadBalancerIPs = [balancer]
    let policy = ResolverPolicy(nodeName: "node-a", nodePortAddresses: .networks([network]))
    var core = ReconcilerCore(CoreConfiguration(resolver: policy))
    core.adopt(KernelState())
    _ = core.ingest(
      InputBatch([.nodeAddresses(try await addresses(fake)), .service(key, service)], isComplete: true))
    return core.fullPlan(now: .zero).operations.compactMap { operation in
      guard case .addVirtualServer(let server) = operation, server.id.port == 30080 else { return nil }
      return "\(server.id)"
    }
  }

  @Test func aVirtualIPIsNoNodeAddress() async throws {
    let ours = try await nodePortServers { fake in
      try await NodeAddressWatcher(transport: { (family) throws(NetlinkError) in fake.transport(family) })
        .current()
    }
    #expect(ours == ["192.168.77.1:30080/tcp"])
    // net.InterfaceAddrs: every address of every interface.
    let kubeProxy = try await nodePortServers { fake in Set(fake.model.addresses.map(\.address)) }
    #expect(kubeProxy.sorted() == ["192.168.77.1:30080/tcp", "192.168.77.200:30080/tcp"])
  }

  // MARK: - What a set of 65,536 members doesn't take is lost (S9)

  /// How many of 65,546 virtual servers are in KUBE-CLUSTER-IP in the end, hence are masqueraded.
  private func members(_ add: (Node, [IPSetEntry]) async throws -> Void) async throws -> Int {
    let node = try await Node.ready()
    let entries = (1...65_546).map { clusterIPEntry($0) }
    let set = IPSetID(.clusterIP, .ipv4).name
    #expect(node.fake.model.definitions[set]?.maximumElements == 65_536)
    node.fake.modify { $0.sets[set] = Set(entries.prefix(65_530).map(Self.element)) }
    try await add(node, Array(entries.dropFirst(65_530)))
    return node.fake.model.sets[set]?.count ?? 0
  }

  private static func element(_ entry: IPSetEntry) -> SetElement {
    guard case .addressPort(let address, let transport, let port) = entry.member else { return .port(0) }
    return .addressPort(address, transport: transport.rawValue, port: port)
  }

  @Test func noMemberIsLostBeyondASetsSize() async throws {
    let ours = try await members { node, entries in
      let errors = await node.kernel.apply(entries.map { .addMember($0) })
      #expect(errors.allSatisfy { $0 == nil })
    }
    #expect(ours == 65_546)
    // One `ipset add` each; what it says is logged.
    let kubeProxy = try await members { node, entries in
      let connection = NetlinkConnection(node.fake.transport(.netfilter))
      for entry in entries {
        _ = connection.perform {
          SetRequest.add([Self.element(entry)], to: entry.set.name).encode(into: &$0, protocolVersion: 6)
        }
      }
    }
    #expect(kubeProxy == 65_536)
  }
}

/// The kernel's objects without what they rest on, as `cleanup` takes them away.
private struct ObjectsOnly: Kernel {
  let kernel: NetlinkKernel

  func prepare() async throws(KernelError) -> [Notice] { [] }
  func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    try await kernel.read(part, IPFamily.allCases)
  }
  func apply(_ operations: [Operation]) async -> [KernelError?] { await kernel.apply(operations) }
  func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int { 0 }
  func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] {
    try await kernel.connections(of: ids)
  }
}
