import Addressing
import KernelFakes
import SeededGenerator

@testable import Reconciler

/// Random Services and slices on few addresses, so that they meet.
struct RandomWorld: Sendable {
  var services: [ServiceInput] = []
  var slices: [EndpointSliceInput] = []
  var node: NodeInput?
  var addresses: Set<IPAddress> = []

  init(_ random: inout SeededGenerator) {
    for number in 0..<Int.random(in: 0...8, using: &random) {
      services.append(Self.service(number, &random))
      for part in 0..<Int.random(in: 0...2, using: &random) {
        slices.append(Self.slice(number, part, &random))
      }
    }
    node = Bool.random(using: &random) ? NodeInput(zone: ["z1", "z2"].randomElement(using: &random)) : nil
    addresses = Set(
      ["192.168.77.1", "172.18.0.1", "203.0.113.1", "fd00:77::1"].filter { _ in Bool.random(using: &random) }
        .map(address))
  }

  var changes: [InputChange] {
    [.node(node), .nodeAddresses(addresses)] + services.map(put) + slices.map(put)
  }
  var removals: [InputChange] { services.map(remove) + slices.map(remove) }

  private static let transports: [TransportProtocol] = [.tcp, .tcp, .udp, .sctp]

  private static func service(_ number: Int, _ random: inout SeededGenerator) -> ServiceInput {
    let last = Int.random(in: 1...6, using: &random)
    var addresses = ["10.96.0.\(last)"]
    if Bool.random(using: &random) { addresses.append("fd96::\(last)") }
    let ports = (0..<Int.random(in: 1...3, using: &random)).map {
      ServicePortInput(
        name: "p\($0)", transport: transports.randomElement(using: &random) ?? .tcp, port: UInt16(80 + $0))
    }
    var service = ReconcilerTests.service(
      "s\(number)", addresses, ports: ports, createdAt: Int64.random(in: 0...3, using: &random),
      affinity: Bool.random(using: &random) ? 600 : nil)
    open(&service, &random)
    return service
  }

  /// Node ports, load balancer addresses and externalIPs, on few numbers.
  private static func open(_ service: inout ServiceInput, _ random: inout SeededGenerator) {
    if Bool.random(using: &random) {
      for index in service.ports.indices {
        service.ports[index].nodePort = UInt16.random(in: 30000...30002, using: &random)
      }
    }
    // Among them an address of this node, one that endpoints have, and a ClusterIP.
    let external = ["198.18.0.1", "198.18.0.2", "203.0.113.1", "10.244.0.3", "10.96.0.1", "fd18::1"]
    for text in external where Int.random(in: 0...4, using: &random) == 0 {
      if Bool.random(using: &random) {
        service.externalIPs.append(address(text))
      } else {
        service.loadBalancerIPs.append(address(text))
      }
    }
    service.internalScope = Int.random(in: 0...3, using: &random) == 0 ? .local : .cluster
    service.externalScope = Bool.random(using: &random) ? .local : .cluster
    let ranges = ["192.168.77.0/24", "203.0.113.9/32", "0.0.0.0/0", "fd00:77::/64"].compactMap {
      IPNetwork($0)
    }
    service.sourceRanges = ranges.filter { _ in Int.random(in: 0...3, using: &random) == 0 }
    if service.externalScope == .local {
      service.healthCheckNodePort = UInt16.random(in: 30100...30101, using: &random)
    }
  }

  private static func slice(_ number: Int, _ part: Int, _ random: inout SeededGenerator) -> EndpointSliceInput
  {
    let isV6 = Bool.random(using: &random)
    let endpoints = (0..<Int.random(in: 0...4, using: &random)).map { _ in
      let last = Int.random(in: 1...9, using: &random)
      return EndpointInput(
        address(isV6 ? "fd00::\(last)" : "10.244.0.\(last)"),
        isReady: Int.random(in: 0...3, using: &random) > 0,
        isServing: Bool.random(using: &random), isTerminating: Int.random(in: 0...3, using: &random) == 0,
        nodeName: Bool.random(using: &random) ? "node-a" : "node-b",
        zoneHints: Int.random(in: 0...3, using: &random) > 0
          ? ["z1", "z2"].filter { _ in Bool.random(using: &random) } : [],
        weight: UInt32.random(in: 1...2, using: &random))
    }
    let ports = (0..<3).map {
      EndpointPortInput(
        name: "p\($0)", transport: transports.randomElement(using: &random) ?? .tcp, port: 8080)
    }
    return EndpointSliceInput(
      key: EndpointSliceKey(namespace: "default", name: "s\(number)-\(part)"), service: key("s\(number)"),
      family: isV6 ? .ipv6 : .ipv4, ports: ports, endpoints: endpoints)
  }

  /// What a node must hold once all drains are over, worked out without a plan.
  func expected() -> KernelState {
    var book = AddressBook(serviceRanges: [], nodeName: "node-a")
    for service in services { _ = book.replace(nil, with: Box(service)) }
    for slice in slices { _ = book.add(slice.endpoints, of: slice.service) }
    let (full, node) = (book, NodeState(node: node, addresses: addresses))
    var state = KernelState()
    for family in IPFamily.allCases { for set in IPSetID.all(family) { state.sets[set] = [] } }
    let resolver = Resolver(testConfiguration.resolver, node: node) { full.refusal(of: $0, for: $1) }
    for service in services.sorted(by: { Seniority($0) < Seniority($1) }) {
      let share = resolver.resolve(service, slices: slices.filter { $0.service == service.key })
      for entry in share.members { state.sets[entry.set, default: []].insert(entry.member) }
      for claim in share.claims where state.virtualServers[claim.id] == nil { state.add(claim) }
    }
    return state
  }

  /// Things of others, and what an earlier run left behind: recorded, so ours.
  static func kernelState(_ random: inout SeededGenerator) -> KernelState {
    var state = KernelState()
    for family in IPFamily.allCases { for set in IPSetID.all(family) { state.sets[set] = [] } }
    for number in 0..<Int.random(in: 0...4, using: &random) {
      let foreign = tcp("192.0.2.\(number + 1)")
      state.virtualServers[foreign] = VirtualServerState(
        VirtualServer(foreign), realServers: [RealServer(real("198.51.100.1"), weight: 3)])
      state.addresses.insert(address("192.0.2.\(number + 100)"))
    }
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      let id = VirtualServerID(
        address("10.96.0.\(Int.random(in: 1...9, using: &random))"),
        port: UInt16.random(in: 80...82, using: &random),
        transport: transports.randomElement(using: &random) ?? .tcp)
      state.sets[IPSetID(.clusterIP, .ipv4)]?.insert(clusterIPEntry(id).member)
      if Bool.random(using: &random) {
        let servers = (0..<Int.random(in: 0...3, using: &random)).map { _ in
          RealServer(
            real("10.244.0.\(Int.random(in: 1...9, using: &random))"),
            weight: UInt32.random(in: 0...2, using: &random))
        }
        state.virtualServers[id] = VirtualServerState(VirtualServer(id, persistence: 7), realServers: servers)
      }
      state.sets[IPSetID(.boundAddresses, .ipv4)]?.insert(.address(id.address))
      if Bool.random(using: &random) { state.addresses.insert(id.address) }
    }
    return state
  }
}

extension KernelState {
  fileprivate mutating func add(_ claim: Claim) {
    let serving = claim.endpoints.compactMap { endpoint -> RealServer? in
      if case .serving(let weight) = endpoint.role { RealServer(endpoint.id, weight: weight) } else { nil }
    }
    virtualServers[claim.id] = VirtualServerState(claim.virtualServer, realServers: serving)
    var entries = claim.members + claim.hairpin
    if claim.bindsAddress {
      addresses.insert(claim.id.address)
      entries.append(boundEntry(claim.id.address))
    }
    for entry in entries { sets[entry.set, default: []].insert(entry.member) }
  }

  private func isForeign(_ address: IPAddress) -> Bool { address.description.hasPrefix("192.0.2.") }

  func withoutOwned() -> KernelState {
    var result = self
    result.virtualServers = virtualServers.filter { isForeign($0.key.address) }
    result.addresses = addresses.filter(isForeign)
    result.sets = [:]
    return result
  }

  /// What is ours, without real servers that only finish: they carry no connections in a fake.
  func owned() -> KernelState {
    var result = self
    result.virtualServers = virtualServers.filter { !isForeign($0.key.address) }
    for (id, server) in result.virtualServers {
      result.virtualServers[id]?.realServers = server.realServers.filter { $0.weight != 0 }
    }
    result.addresses = addresses.filter { !isForeign($0) }
    return result
  }
}

extension [InputChange] {
  /// In random order, except that changes of the same object keep theirs.
  func orderedByObject(_ random: inout SeededGenerator) -> [InputChange] {
    var queues = Dictionary(grouping: self, by: \.objectName)
    let order = map(\.objectName).sorted().shuffled(using: &random)
    return order.compactMap { queues[$0]?.isEmpty == false ? queues[$0]?.removeFirst() : nil }
  }
}

extension InputChange {
  fileprivate var objectName: String {
    switch self {
    case .service(let key, _): "service \(key)"
    case .endpointSlice(let key, _): "slice \(key)"
    case .node: "node"
    case .nodeAddresses: "addresses"
    }
  }
}
