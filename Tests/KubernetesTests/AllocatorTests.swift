import Addressing
import Reconciler
import SeededGenerator
import Testing

@testable import Kubernetes

@Suite struct AllocatorTests {
  private func service(
    _ name: String, created: String? = nil, _ change: (inout ServiceSpec) -> Void = { _ in }
  ) -> Service {
    var spec = ServiceSpec()
    spec.ports = [ServicePort(port: 80)]
    change(&spec)
    return Service(metadata: ObjectMeta(name: name, creationTimestamp: created), spec: spec)
  }

  private func withIP(_ name: String, _ ip: String, created: String? = nil) -> Service {
    service(name, created: created) {
      $0.clusterIPs = [ip]; $0.clusterIP = ip
    }
  }

  private func key(_ name: String) -> ServiceKey { ServiceKey(namespace: "default", name: name) }

  private func ranges(_ texts: String..., ports: ClosedRange<UInt16> = 30_000...32_767)
    -> AllocationConfiguration
  {
    AllocationConfiguration(serviceRanges: texts.compactMap { IPNetwork($0) }, nodePorts: ports)
  }

  private func allocate(
    _ services: [Service], records: [ServiceKey: AllocationRecord] = [:],
    _ configuration: AllocationConfiguration = AllocationConfiguration(), keepsUnknown: Bool = false
  ) -> Allocator.Outcome {
    Allocator.allocate(services, records: records, configuration: configuration, keepsUnknown: keepsUnknown)
  }

  @Test(arguments: 1...10)
  func nothingIsHandedOutTwiceAndRecordsAreStable(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let configuration = ranges("10.96.0.0/23", "fd00:10:96::/112", ports: 30_000...30_400)
    var records: [ServiceKey: AllocationRecord] = [:]
    var present: [String: Service] = [:]
    var before: [ServiceKey: ServiceAllocation] = [:]
    for _ in 0..<20 {
      for _ in 0..<10 {
        let number = Int.random(in: 0..<120, using: &random)
        let name = "s\(number)"
        if Bool.random(using: &random) {
          present[name] = nil
          continue
        }
        // What a Service asks for follows from its name: it may go and come back between two rounds.
        present[name] = service(name) {
          $0.type = [.clusterIP, .nodePort, .loadBalancer][number % 3]
          $0.ipFamilyPolicy = [nil, .singleStack, .preferDualStack][number / 3 % 3]
          $0.externalTrafficPolicy = number % 2 == 0 ? .local : .cluster
          $0.ports = [ServicePort(name: "a", port: 80), ServicePort(name: "b", protocol: .udp, port: 80)]
        }
      }
      let outcome = allocate(Array(present.values).shuffled(using: &random), records: records, configuration)
      #expect(outcome.errors == [:])
      #expect(outcome.allocations.count == present.count)
      let addresses = outcome.allocations.values.flatMap(\.clusterIPs)
      #expect(Set(addresses).count == addresses.count)
      for address in addresses {
        #expect(configuration.serviceRanges.contains { $0.contains(address) && $0.address != address })
        #expect(address.description != "10.96.1.255")
      }
      let ports = outcome.allocations.values.flatMap { $0.nodePorts + [$0.healthCheckNodePort] }
        .filter { $0 != 0 }
      #expect(Set(ports).count == ports.count)
      #expect(ports.allSatisfy(configuration.nodePorts.contains))
      for (key, allocation) in outcome.allocations where before[key] != nil {
        #expect(allocation == before[key])
      }
      records = outcome.records
      before = outcome.allocations
      #expect(Set(records.keys).isSubset(of: Set(outcome.allocations.keys)))
    }
  }

  @Test func theSameNameLikelyGetsTheSameAddressWithoutARecord() throws {
    let first = allocate([service("web"), service("db")])
    let second = allocate([service("web"), service("other")])
    #expect(first.allocations[key("web")] == second.allocations[key("web")])
    #expect(first.allocations[key("web")]?.clusterIPs.count == 1)
  }

  @Test func explicitAddressesAreReservedBeforeOthersAreAllocated() throws {
    let free = try #require(allocate([service("web")]).allocations[key("web")]?.clusterIPs.first)
    let outcome = allocate([service("web"), withIP("zzz", free.description)])
    #expect(outcome.allocations[key("zzz")]?.clusterIPs == [free])
    #expect(outcome.allocations[key("web")]?.clusterIPs.isEmpty == false)
    #expect(outcome.allocations[key("web")]?.clusterIPs != [free])
  }

  @Test func theOlderOfTwoServicesKeepsAnAddress() {
    let outcome = allocate([
      withIP("a", "10.96.0.5", created: "2026-02-01T00:00:00Z"),
      withIP("b", "10.96.0.5", created: "2026-01-01T00:00:00Z"),
    ])
    #expect(outcome.allocations.keys.map(\.name) == ["b"])
    #expect(
      outcome.errors == [
        key("a"): AllocationError(
          field: "spec.clusterIP", message: "10.96.0.5 is the address of Service default/b")
      ])
  }

  @Test func nodePortsCollideWithinAProtocolOnly() {
    func nodePort(_ name: String, _ transport: PortProtocol) -> Service {
      service(name) {
        $0.type = .nodePort
        $0.ports = [ServicePort(protocol: transport, port: 80, nodePort: 30_080)]
      }
    }
    let outcome = allocate([nodePort("a", .tcp), nodePort("b", .udp), nodePort("c", .tcp)])
    #expect(outcome.allocations[key("a")]?.nodePorts == [30_080])
    #expect(outcome.allocations[key("b")]?.nodePorts == [30_080])
    #expect(outcome.errors[key("c")]?.field == "spec.ports[0].nodePort")
    #expect(outcome.errors[key("c")]?.message == "30080/TCP is a node port of Service default/a")
  }

  @Test func aRecordedAddressIsNotGivenAwayToANewcomerWhoAsksForIt() throws {
    let first = allocate([service("web")])
    let address = try #require(first.allocations[key("web")]?.clusterIPs.first)
    let second = allocate([service("web"), withIP("aaa", address.description)], records: first.records)
    #expect(second.allocations[key("web")]?.clusterIPs == [address])
    #expect(second.errors[key("aaa")]?.message == "\(address) is the address of Service default/web")
  }

  @Test func aNodePortStaysWhenItsPortIsEditedOrRenamed() throws {
    func nodePort(_ name: String?, _ port: UInt16) -> Service {
      service("web") {
        $0.type = .nodePort; $0.ports = [ServicePort(name: name, port: port)]
      }
    }
    let first = allocate([nodePort("http", 80)])
    let number = try #require(first.allocations[key("web")]?.nodePorts.first)
    let edited = allocate([nodePort("http", 8080)], records: first.records)
    let renamed = allocate([nodePort("www", 80)], records: first.records)
    #expect(edited.allocations[key("web")]?.nodePorts == [number])
    #expect(renamed.allocations[key("web")]?.nodePorts == [number])
  }

  @Test func aServiceThatNamesItsAddressReleasesTheAllocatedOne() {
    let first = allocate([service("web")])
    let second = allocate([withIP("web", "10.96.0.99")], records: first.records)
    #expect(second.records == [:])
    #expect(second.allocations[key("web")]?.clusterIPs.map(\.description) == ["10.96.0.99"])
  }

  @Test func anExhaustedRangeFailsOnlyTheServicesThatGetNothing() {
    // A /30 has two usable addresses.
    let outcome = allocate(["a", "b", "c"].map { service($0) }, ranges("10.96.0.0/30"))
    #expect(
      Set(outcome.allocations.values.flatMap(\.clusterIPs).map(\.description)) == ["10.96.0.1", "10.96.0.2"])
    #expect(outcome.errors.count == 1)
    #expect(
      outcome.errors[key("c")]?.message == "no address is free in the service cluster IP range 10.96.0.0/30")
  }

  @Test func exhaustedNodePortsFailOnlyTheServicesThatGetNothing() {
    let services = ["a", "b", "c"].map { service($0) { $0.type = .nodePort } }
    let outcome = allocate(services, ranges("10.96.0.0/24", ports: 30_000...30_001))
    #expect(Set(outcome.allocations.values.flatMap(\.nodePorts)) == [30_000, 30_001])
    #expect(outcome.errors[key("c")]?.message == "no port is free in the node port range 30000-30001")
  }

  @Test(arguments: [
    (IPFamilyPolicy?.none, [IPFamilyName](), ["v4"]), (.singleStack, [.ipv6], ["v6"]),
    (.preferDualStack, [], ["v4", "v6"]), (.preferDualStack, [.ipv6], ["v6", "v4"]),
    (.requireDualStack, [], ["v4", "v6"]), (nil, [.ipv6, .ipv4], ["v6", "v4"]),
  ])
  func familiesFollowThePolicy(_ policy: IPFamilyPolicy?, _ families: [IPFamilyName], _ expected: [String]) {
    let dual = ranges("10.96.0.0/12", "fd00:10:96::/112")
    let outcome = allocate(
      [
        service("web") {
          $0.ipFamilyPolicy = policy; $0.ipFamilies = families
        }
      ], dual)
    let got = outcome.allocations[key("web")]?.clusterIPs.map { $0.family == .ipv4 ? "v4" : "v6" }
    #expect(got == expected)
  }

  @Test func dualStackIsRequiredOrPreferred() {
    let single = ranges("10.96.0.0/12")
    let preferred = allocate([service("web") { $0.ipFamilyPolicy = .preferDualStack }], single)
    let required = allocate([service("web") { $0.ipFamilyPolicy = .requireDualStack }], single)
    #expect(preferred.allocations[key("web")]?.clusterIPs.count == 1)
    #expect(
      required.errors[key("web")]
        == AllocationError(field: "spec.ipFamilies", message: "there is no service cluster IP range for IPv6")
    )
  }

  @Test func headlessAndExternalNameServicesGetNothing() {
    let outcome = allocate([
      service("h") {
        $0.clusterIP = "None"; $0.clusterIPs = ["None"]
      },
      service("e") {
        $0.type = .externalName; $0.externalName = "x"
      },
    ])
    #expect(outcome.allocations == [:])
    #expect(outcome.errors == [:])
  }

  @Test func aLoadBalancerMayDoWithoutNodePorts() {
    let outcome = allocate([
      service("a") { $0.type = .loadBalancer },
      service("b") {
        $0.type = .loadBalancer; $0.allocateLoadBalancerNodePorts = false
      },
    ])
    #expect(outcome.allocations[key("a")]?.nodePorts != [0])
    #expect(outcome.allocations[key("b")]?.nodePorts == [0])
  }

  @Test func recordsOfMissingServicesAreKeptWhileTheSourceIsNotWhole() throws {
    let first = allocate([service("web")], ranges("10.96.0.0/30"))
    let kept = allocate(
      [service("a"), service("b")], records: first.records, ranges("10.96.0.0/30"), keepsUnknown: true)
    #expect(kept.records[key("web")] == first.records[key("web")])
    #expect(kept.allocations.count == 1)
    let released = allocate([service("a"), service("b")], records: first.records, ranges("10.96.0.0/30"))
    #expect(released.records[key("web")] == nil)
    #expect(released.allocations.count == 2)
  }

  @Test func candidatesCoverTheRangeOnceAndTheLowerBandLast() throws {
    let network = try #require(IPNetwork("10.96.0.0/24"))
    let offsets = Array(CandidateOrder.offsets(in: network, owner: "default/web"))
    #expect(offsets.sorted() == Array(1...254))
    #expect(Set(offsets.suffix(16)) == Set(1...16))
  }

  @Test(arguments: ["10.96.0.0/32", "10.96.0.0/31"])
  func aRangeWithoutUsableAddressesOffersNone(_ text: String) throws {
    let network = try #require(IPNetwork(text))
    #expect(Array(CandidateOrder.offsets(in: network, owner: "x")) == [])
  }

  @Test func overlappingRangesAreFound() throws {
    let service = try #require(IPNetwork("10.96.0.0/12"))
    let inside = try #require(IPNetwork("10.100.0.0/16"))
    let outside = try #require(IPNetwork("10.244.0.0/16"))
    let found = try #require(overlap(clusterCIDRs: [outside, inside], serviceCIDRs: [service]))
    #expect(found == (inside, service))
    #expect(overlap(clusterCIDRs: [outside], serviceCIDRs: [service]) == nil)
  }

  @Test func serviceRangesMustBeOneOrTwoOfDifferentFamilies() {
    #expect(ranges("10.96.0.0/12").flaw == nil)
    #expect(ranges("10.96.0.0/12", "fd00::/112").flaw == nil)
    #expect(ranges().flaw != nil)
    #expect(ranges("10.96.0.0/12", "10.0.0.0/24").flaw != nil)
    #expect(ranges("10.96.0.0/12", "fd00::/112", "fd01::/112").flaw != nil)
  }
}
