import Addressing
import Reconciler
import Testing

@Suite struct ResolverTests {
  let resolver = Resolver(ResolverPolicy(nodeName: "node-a"))

  private func roles(
    _ endpoints: [EndpointInput], ports: [EndpointPortInput] = [EndpointPortInput(port: 8080)]
  ) -> [RealServerID: EndpointRole] {
    let share = resolver.resolve(
      service("web", ["10.96.0.1"]), slices: [slice("web-1", of: "web", ports: ports, endpoints)])
    return share.claims[tcp("10.96.0.1")]?.endpoints.roles ?? [:]
  }

  @Test func readyEndpointsServe() {
    let found = roles([endpoint("10.244.0.1"), notReady("10.244.0.2"), terminating("10.244.0.3")])
    #expect(
      found == [
        real("10.244.0.1"): .serving(weight: 1), real("10.244.0.2"): .finishing(isTerminating: false),
        real("10.244.0.3"): .finishing(isTerminating: true),
      ])
  }

  @Test func withoutReadyOnesThoseThatTerminateButServeAreUsed() {
    let found = roles([
      notReady("10.244.0.2"), terminating("10.244.0.3"), terminating("10.244.0.4", serving: false),
    ])
    #expect(found[real("10.244.0.3")] == .serving(weight: 1))
    #expect(found[real("10.244.0.2")] == .finishing(isTerminating: false))
    #expect(found[real("10.244.0.4")] == .finishing(isTerminating: true))
  }

  @Test func portsAreMatchedByNameAndProtocolPerSlice() {
    let ports = [
      ServicePortInput(name: "dns", transport: .udp, port: 53),
      ServicePortInput(name: "dns-tcp", transport: .tcp, port: 53),
    ]
    let first = slice(
      "a", of: "dns",
      ports: [
        EndpointPortInput(name: "dns", transport: .udp, port: 1053),
        EndpointPortInput(name: "dns-tcp", transport: .tcp, port: 2053),
      ], [endpoint("10.244.0.1")])
    let second = slice(
      "b", of: "dns", ports: [EndpointPortInput(name: "dns", transport: .udp, port: 3053)],
      [endpoint("10.244.0.2")])
    let share = resolver.resolve(service("dns", ["10.96.0.10"], ports: ports), slices: [first, second])
    #expect(
      Set(share.claims[udp("10.96.0.10")]?.endpoints.keys.map { $0 } ?? [])
        == [real("10.244.0.1", 1053), real("10.244.0.2", 3053)])
    #expect(
      Set(share.claims[tcp("10.96.0.10", 53)]?.endpoints.keys.map { $0 } ?? []) == [real("10.244.0.1", 2053)])
  }

  @Test func ofTheSameEndpointTwiceTheLivelierWins() {
    let slices = [
      slice("a", of: "web", [terminating("10.244.0.1")]), slice("b", of: "web", [endpoint("10.244.0.1")]),
    ]
    for order in [slices, slices.reversed()] {
      let share = resolver.resolve(service("web", ["10.96.0.1"]), slices: order)
      #expect(share.claims[tcp("10.96.0.1")]?.endpoints.roles == [real("10.244.0.1"): .serving(weight: 1)])
    }
  }

  /// Found by the law that the order of events does not matter: the slices' order decided about the hairpin member.
  @Test func ofTheSameEndpointOnTwoNodesOursWinsInAnyOrder() {
    let slices = [
      slice("a", of: "web", [endpoint("10.244.0.1", node: "other")]),
      slice("b", of: "web", [endpoint("10.244.0.1", node: "node-a")]),
    ]
    for order in [slices, slices.reversed()] {
      let share = resolver.resolve(service("web", ["10.96.0.1"]), slices: order)
      #expect(share.claims[tcp("10.96.0.1")]?.hairpin.count == 1)
    }
  }

  @Test func eachFamilyGetsItsOwnEndpoints() {
    let slices = [
      slice("v4", of: "web", [endpoint("10.244.0.1")]), slice("v6", of: "web", [endpoint("fd00::1")]),
    ]
    let share = resolver.resolve(service("web", ["10.96.0.1", "fd96::1"]), slices: slices)
    #expect(share.claims[tcp("10.96.0.1")]?.endpoints.keys.map { $0 } == [real("10.244.0.1")])
    #expect(share.claims[tcp("fd96::1")]?.endpoints.keys.map { $0 } == [real("fd00::1")])
  }

  @Test func aFamilyThatIsNotServedIsLeftOut() {
    let resolver = Resolver(ResolverPolicy(nodeName: "node-a", families: [.ipv4]))
    let share = resolver.resolve(service("web", ["10.96.0.1", "fd96::1"]), slices: [])
    #expect(Array(share.claims.keys) == [tcp("10.96.0.1")])
  }

  @Test func sessionAffinityAndSchedulerReachTheVirtualServer() {
    let resolver = Resolver(ResolverPolicy(nodeName: "node-a", scheduler: Scheduler(rawValue: "lc")))
    let share = resolver.resolve(service("web", ["10.96.0.1"], affinity: 600), slices: [])
    #expect(
      share.claims[tcp("10.96.0.1")]?.virtualServer
        == VirtualServer(tcp("10.96.0.1"), scheduler: Scheduler(rawValue: "lc"), persistence: 600))
  }

  @Test func onlyEndpointsOfThisNodeGetAHairpinMember() {
    let share = resolver.resolve(
      service("web", ["10.96.0.1"]),
      slices: [
        slice(
          "a", of: "web",
          [endpoint("10.244.0.1", node: "node-a"), endpoint("10.244.0.2"), endpoint("10.244.0.3", node: nil)])
      ])
    let local = address("10.244.0.1")
    #expect(
      share.claims[tcp("10.96.0.1")]?.hairpin
        == [IPSetEntry(IPSetID(.loopBack, .ipv4), .addressPortAddress(local, .tcp, 8080, local))])
  }

  @Test func everyClaimSaysWhy() {
    let share = resolver.resolve(
      service("web", ["10.96.0.1"], ports: [ServicePortInput(name: "http", port: 80)]), slices: [])
    #expect(share.claims[tcp("10.96.0.1")]?.reason.description == "ClusterIP of default/web:http")
  }
}
