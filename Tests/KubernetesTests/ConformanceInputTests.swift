import Addressing
import Reconciler
import Testing

@testable import Kubernetes

/// The recorded scenarios as the core gets to see them, on node-a.
@Suite struct ConformanceInputTests {
  private func load(_ scenario: String) async throws -> ManifestUpdate {
    let directory = try TestDirectory()
    try directory.write(try fixture("conformance/\(scenario).yaml"), toPath: "\(directory.manifests)/a.yaml")
    let dual = AllocationConfiguration(
      serviceRanges: [try #require(IPNetwork("10.96.0.0/12")), try #require(IPNetwork("fd00:10:96::/112"))])
    return await directory.source(persist: false, node: "node-a", dual).load()
  }

  private func service(_ name: String, in update: ManifestUpdate) throws -> ServiceInput {
    try #require(services(in: update)[name] ?? nil)
  }

  private func endpoints(_ slice: String, in update: ManifestUpdate) throws -> [EndpointInput] {
    try #require(slices(in: update)[slice] ?? nil).endpoints
  }

  @Test(arguments: [
    ("01-clusterip-tcp", ["kubernetes", "web"]), ("02-multi-port-dns", ["kube-dns", "kubernetes"]),
    ("03-nodeport", ["kubernetes", "np", "np-udp"]),
    ("04-loadbalancer-two-ips", ["kubernetes", "lb", "lb-nonp", "lb-pending"]),
    ("05-external-ips", ["ext", "ext-local", "ext-node", "kubernetes"]),
    ("06-session-affinity", ["aff", "aff300", "kubernetes"]), ("07-etp-local", ["kubernetes", "lbl", "npl"]),
    ("08-itp-local", ["itp", "itp-none", "kubernetes"]),
    ("09-lb-source-ranges", ["kubernetes", "r-any", "r-in", "r-local", "r-out"]),
    ("10-no-endpoints", ["empty", "kubernetes", "mixed", "noslice", "notready"]),
    ("11-ignored-services", ["kubernetes", "plain"]),
    ("12-dual-stack", ["dual", "four", "kubernetes", "six"]),
    ("13-sctp", ["kubernetes", "sctp", "sctp-local"]),
    ("14-terminating", ["dead", "kubernetes", "mix", "term", "tlocal"]),
    ("15-zone-hints", ["hint", "hint-local", "hint-none", "hint-np", "hint-part", "kubernetes"]),
    ("16-several-slices", ["kubernetes", "many"]),
  ])
  func everyScenarioGivesItsServicesAndTheNode(_ scenario: String, _ names: [String]) async throws {
    let update = try await load(scenario)
    #expect(update.diagnostics == [])
    #expect(update.batch.isComplete)
    #expect(services(in: update).keys.sorted() == names)
    let node = try #require(nodes(in: update).first ?? nil)
    #expect(node.zone == "z1")
    #expect(node.addresses.map(\.description) == ["192.168.77.1", "fd00:77::1"])
    #expect(node.podCIDRs.map(\.description) == ["10.244.0.0/24", "fd00:10:244::/64"])
    for case .some(let service) in services(in: update).values {
      #expect(service.scheduler == nil)
      #expect(service.schedulerFlags == [])
      #expect(service.drainBound == nil)
    }
    for case .some(let slice) in slices(in: update).values {
      #expect(slice.endpoints.allSatisfy { $0.weight == 1 })
    }
  }

  @Test func aLoadBalancerHasItsIPsAndNodePorts() async throws {
    let update = try await load("04-loadbalancer-two-ips")
    let both = try service("lb", in: update)
    #expect(both.loadBalancerIPs.map(\.description) == ["172.30.4.1", "172.30.4.2"])
    #expect(both.ports.map(\.nodePort) == [30180, 30443])
    #expect(both.sourceRanges == [])
    #expect(both.externalScope == .cluster)
    let withoutNodePort = try service("lb-nonp", in: update)
    #expect(withoutNodePort.loadBalancerIPs.map(\.description) == ["172.30.4.9"])
    #expect(withoutNodePort.ports.map(\.nodePort) == [0])
    let pending = try service("lb-pending", in: update)
    #expect(pending.loadBalancerIPs == [])
    #expect(pending.ports.map(\.nodePort) == [30184])
  }

  @Test func externalIPsComeWithTheirScope() async throws {
    let update = try await load("05-external-ips")
    let plain = try service("ext", in: update)
    #expect(plain.externalIPs.map(\.description) == ["192.0.2.80", "192.0.2.81"])
    #expect(plain.externalScope == .cluster)
    #expect(plain.loadBalancerIPs == [])
    #expect(plain.ports.allSatisfy { $0.nodePort == 0 })
    let local = try service("ext-local", in: update)
    #expect(local.externalIPs.map(\.description) == ["192.0.2.90"])
    #expect(local.externalScope == .local)
    #expect(local.healthCheckNodePort == 0)
    // The node's own address: what to do with it is the core's affair.
    #expect(try service("ext-node", in: update).externalIPs.map(\.description) == ["192.168.77.1"])
  }

  @Test func localExternalPoliciesComeWithTheHealthCheckPort() async throws {
    let update = try await load("07-etp-local")
    let balanced = try service("lbl", in: update)
    #expect(balanced.externalScope == .local)
    #expect(balanced.internalScope == .cluster)
    #expect(balanced.healthCheckNodePort == 30990)
    #expect(balanced.loadBalancerIPs.map(\.description) == ["172.30.7.1"])
    #expect(balanced.ports.map(\.nodePort) == [30082])
    let nodePort = try service("npl", in: update)
    #expect(nodePort.externalScope == .local)
    #expect(nodePort.healthCheckNodePort == 0)
    #expect(nodePort.ports.map(\.nodePort) == [30083])
    #expect(try endpoints("lbl-abcde", in: update).map(\.nodeName) == ["node-a", "node-a", "node-b"])
  }

  @Test func localInternalPoliciesAreInternalOnly() async throws {
    let update = try await load("08-itp-local")
    for name in ["itp", "itp-none"] {
      let input = try service(name, in: update)
      #expect(input.internalScope == .local)
      #expect(input.externalScope == .cluster)
    }
    #expect(try endpoints("itp-none-abcde", in: update).map(\.nodeName) == ["node-b", "node-c"])
  }

  @Test(
    arguments: [
      ("r-any", ["0.0.0.0/0"], TrafficScope.cluster, 0), ("r-in", ["192.168.77.0/24"], .cluster, 0),
      ("r-local", ["203.0.113.0/24"], .local, 30995),
      ("r-out", ["203.0.113.0/24", "198.51.100.7/32"], .cluster, 0),
    ] as [(String, [String], TrafficScope, UInt16)])
  func sourceRangesComeInTheirOrder(
    _ name: String, _ ranges: [String], _ scope: TrafficScope, _ healthCheck: UInt16
  ) async throws {
    let input = try service(name, in: try await load("09-lb-source-ranges"))
    #expect(input.sourceRanges.map(\.description) == ranges)
    #expect(input.externalScope == scope)
    #expect(input.healthCheckNodePort == healthCheck)
    #expect(input.loadBalancerIPs.count == 1)
  }

  @Test func dualStackAddressesStandSideBySide() async throws {
    let update = try await load("12-dual-stack")
    let dual = try service("dual", in: update)
    #expect(dual.clusterIPs.map(\.description) == ["10.96.1.12", "fd00:10:96::12"])
    #expect(dual.externalIPs.map(\.description) == ["192.0.2.12", "2001:db8:ee::12"])
    #expect(dual.loadBalancerIPs.map(\.description) == ["172.30.12.1", "2001:db8:12::1"])
    #expect(dual.ports.map(\.nodePort) == [30121])
    #expect(try service("four", in: update).clusterIPs.map(\.description) == ["10.96.1.124"])
    #expect(try service("six", in: update).clusterIPs.map(\.description) == ["fd00:10:96::66"])
    #expect(slices(in: update)["dual-v6xyz"]??.family == .ipv6)
  }

  @Test(arguments: [
    ("hint", [["z1"], ["z1"], ["z2"]]), ("hint-local", [["z2"], ["z1"]]), ("hint-none", [["z2"], ["z3"]]),
    ("hint-np", [["z1", "z2"], ["z2"]]), ("hint-part", [["z1"], [], ["z2"]]),
  ])
  func zoneHintsReachTheEndpoints(_ name: String, _ hints: [[String]]) async throws {
    let update = try await load("15-zone-hints")
    let found = try endpoints("\(name)-abcde", in: update)
    #expect(found.map(\.zoneHints) == hints)
    #expect(found.allSatisfy { $0.nodeHints.isEmpty })
  }
}
