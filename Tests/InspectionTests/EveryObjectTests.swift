import Addressing
import Inspection
import KernelFakes
import Reconciler
import SeededGenerator
import Testing

/// Whatever is in the kernel and ours has an explanation, and whatever is explained as being there is there.
@Suite(.timeLimit(.minutes(5))) struct EveryObjectTests {
  @Test(arguments: 0..<80) func everyObjectOfOursIsExplainedAndNothingElse(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let isComplete = seed % 4 != 0
    let kernel = FakeKernel(Self.remains(&random))
    let world = await World(Self.changes(&random), isComplete: isComplete, kernel: kernel)
    var explained: Set<String> = []
    for service in await world.inspector.services(ServiceQuery()) {
      explained.formUnion(Self.objects(service))
    }
    let leftovers = await world.loop.leftovers()
    #expect(!isComplete || leftovers.isEmpty, "a whole source leaves nothing behind")
    let state = await kernel.state
    for object in leftovers { explained.formUnion(Self.objects(object, in: state)) }
    let there = Self.objects(of: state)
    #expect(explained.subtracting(there).sorted() == [], "explained, and not there")
    #expect(there.subtracting(explained).sorted() == [], "there, and not explained")
    try await everyVirtualServerHasAPath(world, state)
  }

  /// What an operator sees with ipvsadm can be asked about.
  private func everyVirtualServerHasAPath(_ world: World, _ state: KernelState) async throws {
    for (id, server) in state.virtualServers {
      let path = try await world.connect(
        "\(id)", from: id.family == .ipv4 ? "203.0.113.200" : "fd00:113::200")
      if id.address.description.hasPrefix("192.0.2.") {
        #expect(
          path.outcome == .notAService && path.summary.hasPrefix("a virtual server of somebody else has it"))
        continue
      }
      if path.service == nil { #expect(path.summary.hasPrefix("the virtual server is ours"), "\(id)") }
      let serving = server.realServers.values.filter { $0.weight > 0 }.map(\.id.description)
      if path.outcome == .answered {
        #expect(path.responders.map(\.name).sorted() == serving.sorted(), "\(id)")
      }
      if path.outcome == .refused { #expect(serving.isEmpty, "\(id)") }
    }
  }

  // MARK: - Objects by name

  private static func objects(_ service: ServiceStatus) -> Set<String> {
    var objects = Set(service.setMembers.map(\.entry))
    for server in service.virtualServers where server.heldBy == service.key {
      objects.insert(server.name)
      if server.bindsAddress { objects.insert("address \(server.address)") }
      objects.formUnion(server.setMembers.map(\.entry))
      for real in server.realServers {
        #expect(!real.reason.isEmpty)
        if real.weightInKernel != nil { objects.insert("\(server.name) \(real.name)") }
      }
    }
    return objects
  }

  private static func objects(_ leftover: KernelObject, in state: KernelState) -> Set<String> {
    switch leftover {
    case .member(let entry): ["\(entry)"]
    case .virtualServer(let id):
      Set((state.virtualServers[id]?.realServers.keys.map { "\(id) \($0)" } ?? []) + ["\(id)"])
    case .realServer(let server, let id): ["\(id) \(server)"]
    case .address(let address): ["address \(address)"]
    }
  }

  private static func objects(of state: KernelState) -> Set<String> {
    var objects: Set<String> = []
    for (id, server) in state.virtualServers where !id.address.description.hasPrefix("192.0.2.") {
      objects.insert("\(id)")
      objects.formUnion(server.realServers.keys.map { "\(id) \($0)" })
    }
    objects.formUnion(
      state.addresses.filter { !$0.description.hasPrefix("192.0.2.") }.map { "address \($0)" })
    for (set, members) in state.sets { objects.formUnion(members.map { "\(IPSetEntry(set, $0))" }) }
    return objects
  }

  // MARK: - Random worlds, on few addresses

  private static func remains(_ random: inout SeededGenerator) -> KernelState {
    var state = KernelState()
    for family in IPFamily.allCases { for set in IPSetID.all(family) { state.sets[set] = [] } }
    for number in 1...2 {
      let foreign = VirtualServerID(address("192.0.2.\(number)"), port: 80, transport: .tcp)
      state.virtualServers[foreign] = VirtualServerState(VirtualServer(foreign))
      state.addresses.insert(address("192.0.2.\(number + 100)"))
    }
    for last in 1...9 where Bool.random(using: &random) {
      let id = VirtualServerID(address("10.96.0.\(last)"), port: 80, transport: .tcp)
      state.virtualServers[id] = VirtualServerState(
        VirtualServer(id), realServers: [RealServer(RealServerID(address("10.244.0.9"), port: 1), weight: 1)])
      state.addresses.insert(id.address)
      state.sets[IPSetID(.clusterIP, .ipv4)]?.insert(.addressPort(id.address, .tcp, 80))
      state.sets[IPSetID(.boundAddresses, .ipv4)]?.insert(.address(id.address))
    }
    return state
  }

  private static func changes(_ random: inout SeededGenerator) -> [InputChange] {
    let services = (0..<Int.random(in: 1...8, using: &random)).map { service($0, &random) }
    return [
      .node(NodeInput(zone: "z1", podCIDRs: [])),
      .nodeAddresses([address("192.168.77.1"), address("fd00:77::1")]),
    ] + services.map(put) + services.map { endpoints(of: $0, &random) }
  }

  private static func service(_ number: Int, _ random: inout SeededGenerator) -> ServiceInput {
    let last = Int.random(in: 1...6, using: &random)
    var service = ServiceInput(
      key: key("s\(number)"), createdAt: Int64(number),
      clusterIPs: [address("10.96.0.\(last)"), address("fd96::\(last)")],
      ports: [
        ServicePortInput(name: "a", port: 80, nodePort: Bool.random(using: &random) ? 30_000 : 0),
        ServicePortInput(name: "b", transport: .udp, port: 53),
      ])
    if Bool.random(using: &random) { service.externalIPs = [address("198.18.0.\(last % 3)")] }
    if Bool.random(using: &random) { service.loadBalancerIPs = [address("198.18.1.\(last % 3)")] }
    service.internalScope = Int.random(in: 0...3, using: &random) == 0 ? .local : .cluster
    service.externalScope = Bool.random(using: &random) ? .local : .cluster
    if Bool.random(using: &random) { service.sourceRanges = [IPNetwork(host: address("203.0.113.9"))] }
    if service.externalScope == .local { service.healthCheckNodePort = UInt16(30_100 + number) }
    return service
  }

  private static func endpoints(of service: ServiceInput, _ random: inout SeededGenerator) -> InputChange {
    let endpoints = (0..<Int.random(in: 0...4, using: &random)).map { _ in
      EndpointInput(
        address("10.244.0.\(Int.random(in: 1...9, using: &random))"),
        isReady: Bool.random(using: &random), isServing: Bool.random(using: &random),
        isTerminating: Int.random(in: 0...3, using: &random) == 0,
        nodeName: Bool.random(using: &random) ? "node-a" : "node-b",
        zoneHints: Bool.random(using: &random)
          ? ["z1", "z2"].filter { _ in Bool.random(using: &random) } : [],
        weight: UInt32.random(in: 0...2, using: &random))
    }
    let input = EndpointSliceInput(
      key: EndpointSliceKey(namespace: "default", name: service.key.name), service: service.key,
      family: .ipv4,
      ports: [
        EndpointPortInput(name: "a", port: 8080), EndpointPortInput(name: "b", transport: .udp, port: 5353),
      ],
      endpoints: endpoints)
    return .endpointSlice(input.key, input)
  }
}
