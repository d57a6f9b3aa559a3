import Addressing
import Testing

@testable import Reconciler

/// Node ports, load balancer addresses and externalIPs: virtual servers, addresses and set members by kind.
@Suite struct ExternalAddressTests {
  private let vip = "198.18.0.1"

  private func share(
    _ change: (inout ServiceInput) -> Void = { _ in }, endpoints: [EndpointInput] = [endpoint("10.244.1.1")],
    addresses: [String] = ["192.168.77.1", "fd00:77::1"],
    policy: ResolverPolicy = ResolverPolicy(nodeName: "node-a"),
    transport: TransportProtocol = .tcp, refusal: AddressRefusal? = nil
  ) -> Share {
    var web = service("web", ["10.96.0.1"], ports: [ServicePortInput(transport: transport, port: 80)])
    change(&web)
    let resolver = Resolver(policy, node: NodeState(addresses: Set(addresses.map(address)))) { _, _ in refusal
    }
    return resolver.resolve(
      web,
      slices: [slice("a", of: "web", ports: [EndpointPortInput(transport: transport, port: 8080)], endpoints)]
    )
  }

  private func members(_ share: Share, _ id: VirtualServerID) -> [String] {
    share.claims[id]?.members.map(\.description) ?? []
  }

  private func serving(_ share: Share, _ id: VirtualServerID) -> Set<String> {
    Set(
      (share.claims[id]?.endpoints.roles ?? [:]).compactMap { server, role in
        if case .serving = role { server.address.description } else { nil }
      })
  }

  private let local = EndpointInput(IPAddress(ipv4: 0x0AF4_0001), nodeName: "node-a")

  // MARK: - Kinds

  @Test func aNodePortIsServedOnEveryNodeAddressOfItsFamilyAndBindsNone() {
    let share = share(
      { $0.ports[0].nodePort = 30080 },
      addresses: ["192.168.77.1", "172.18.0.1", "fd00:77::1", "127.0.0.1", "169.254.1.1"])
    let ids = [tcp("192.168.77.1", 30080), tcp("172.18.0.1", 30080)]
    #expect(Set(share.claims.keys) == Set(ids + [tcp("10.96.0.1")]))
    for id in ids {
      #expect(members(share, id) == ["KUBE-NODE-PORT-TCP 30080"])
      #expect(share.claims[id]?.bindsAddress == false)
    }
  }

  @Test func sctpNodePortsAreRecordedWithTheirAddress() {
    let share = share({ $0.ports[0].nodePort = 30080 }, transport: .sctp)
    let id = VirtualServerID(address("192.168.77.1"), port: 30080, transport: .sctp)
    #expect(members(share, id) == ["KUBE-NODE-PORT-SCTP-HASH 192.168.77.1,sctp:30080"])
  }

  @Test func nodePortAddressesCanBeNarrowed() throws {
    let addresses = ["192.168.77.1", "172.18.0.1"]
    let network = try #require(IPNetwork("172.18.0.0/16"))
    let other = try #require(IPNetwork("fd00::/8"))
    var policy = ResolverPolicy(nodeName: "node-a", nodePortAddresses: .networks([network]))
    let open: (inout ServiceInput) -> Void = { $0.ports[0].nodePort = 30080 }
    #expect(share(open, addresses: addresses, policy: policy).claims[tcp("172.18.0.1", 30080)] != nil)
    #expect(share(open, addresses: addresses, policy: policy).claims[tcp("192.168.77.1", 30080)] == nil)
    policy.nodePortAddresses = .networks([other])
    #expect(share(open, addresses: addresses, policy: policy).claims.count == 3)
    policy.nodePortAddresses = .primary
    let node = NodeState(
      node: NodeInput(addresses: addresses.map(address)), addresses: Set(addresses.map(address)))
    #expect(node.nodePortAddresses(.ipv4, .primary) == [address("192.168.77.1")])
  }

  @Test func anExternalIPIsBoundUnlessItIsTheNodesOwn() {
    let share = share({ $0.externalIPs = [address(vip), address("192.168.77.1")] })
    #expect(share.claims[tcp(vip)]?.bindsAddress == true)
    #expect(share.claims[tcp("192.168.77.1")]?.bindsAddress == false)
    #expect(members(share, tcp(vip)) == ["KUBE-EXTERNAL-IP \(vip),tcp:80"])
  }

  @Test func withinAServiceTheStrongerKindDecides() {
    let share = share({
      $0.loadBalancerIPs = [address(vip)]
      $0.externalIPs = [address(vip), address("10.96.0.1")]
      $0.externalScope = .local
    })
    #expect(members(share, tcp(vip)).contains("KUBE-LOAD-BALANCER \(vip),tcp:80"))
    #expect(!members(share, tcp(vip)).contains { $0.contains("EXTERNAL") })
    #expect(members(share, tcp("10.96.0.1")) == ["KUBE-CLUSTER-IP 10.96.0.1,tcp:80"])
  }

  @Test func aHealthCheckPortIsAMemberOfItsOwn() {
    #expect(
      share({ $0.healthCheckNodePort = 30990 }).members.map(\.description) == [
        "KUBE-HEALTH-CHECK-NODE-PORT 30990"
      ])
  }

  // MARK: - Policies

  /// S3 of kube-proxy: with a node port, internalTrafficPolicy Local let traffic out to other nodes.
  @Test func internalTrafficPolicyLocalIsStrictWithANodePortToo() {
    let share = share({
      $0.internalScope = .local
      $0.ports[0].nodePort = 30080
    })
    #expect(serving(share, tcp("10.96.0.1")) == [])
    #expect(serving(share, tcp("192.168.77.1", 30080)) == ["10.244.1.1"])
  }

  @Test func externalTrafficPolicyLocalUsesLocalEndpointsOnly() {
    let share = share(
      {
        $0.externalScope = .local
        $0.loadBalancerIPs = [address(vip)]
        $0.ports[0].nodePort = 30080
      }, endpoints: [endpoint("10.244.1.1"), local])
    #expect(serving(share, tcp(vip)) == ["10.244.0.1"])
    #expect(serving(share, tcp("192.168.77.1", 30080)) == ["10.244.0.1"])
    #expect(serving(share, tcp("10.96.0.1")) == ["10.244.0.1", "10.244.1.1"])
    #expect(
      members(share, tcp(vip)) == [
        "KUBE-LOAD-BALANCER-LOCAL \(vip),tcp:80", "KUBE-LOAD-BALANCER \(vip),tcp:80",
      ])
    #expect(
      members(share, tcp("192.168.77.1", 30080)) == [
        "KUBE-NODE-PORT-LOCAL-TCP 30080", "KUBE-NODE-PORT-TCP 30080",
      ])
  }

  /// S4: kube-proxy sent traffic from outside to other nodes, where it was lost.
  @Test func withoutALocalEndpointTheClusterServesBehindAGuard() {
    let open: (inout ServiceInput) -> Void = {
      $0.externalScope = .local
      $0.externalIPs = [address(vip)]
      $0.ports[0].nodePort = 30080
    }
    let share = share(open)
    #expect(serving(share, tcp(vip)) == ["10.244.1.1"])
    #expect(
      members(share, tcp(vip)) == [
        "KUBE-EXTERNAL-IP-LOCAL \(vip),tcp:80", "KUBE-NO-LOCAL-ENDPOINTS \(vip),tcp:80",
      ])
    #expect(
      members(share, tcp("192.168.77.1", 30080)).contains("KUBE-NO-LOCAL-ENDPOINTS 192.168.77.1,tcp:30080"))
    let unguarded = self.share(open, policy: ResolverPolicy(nodeName: "node-a", guards: false))
    #expect(serving(unguarded, tcp(vip)) == [])
    #expect(!members(unguarded, tcp(vip)).contains { $0.contains("NO-LOCAL") })
  }

  // MARK: - Source ranges

  private func ranged(_ ranges: [String], guardsNodePorts: Bool = false) -> Share {
    share(
      {
        $0.loadBalancerIPs = [address(vip)]
        $0.sourceRanges = ranges.compactMap { IPNetwork($0) }
        $0.ports[0].nodePort = 30080
      }, policy: ResolverPolicy(nodeName: "node-a", guardsNodePorts: guardsNodePorts))
  }

  @Test func rangesExemptBeforeTheyRestrict() {
    #expect(
      members(ranged(["203.0.113.0/24", "203.0.113.9/32"]), tcp(vip)) == [
        "KUBE-LOAD-BALANCER-SOURCE-CIDR \(vip),tcp:80,203.0.113.0/24",
        "KUBE-LOAD-BALANCER-SOURCE-CIDR \(vip),tcp:80,203.0.113.9", "KUBE-LOAD-BALANCER-FW \(vip),tcp:80",
        "KUBE-LOAD-BALANCER \(vip),tcp:80",
      ])
  }

  @Test func aRangeThatHoldsAnyNodeAddressLetsTheNodeIn() {
    #expect(
      members(ranged(["192.168.77.0/24"]), tcp(vip)).contains(
        "KUBE-LOAD-BALANCER-SOURCE-IP \(vip),tcp:80,\(vip)"))
  }

  @Test(arguments: [["0.0.0.0/0"], ["203.0.113.0/24", "0.0.0.0/0"], ["fd00::/8"]])
  func aRangeOfAllAddressesRestrictsNothing(ranges: [String]) {
    #expect(members(ranged(ranges), tcp(vip)) == ["KUBE-LOAD-BALANCER \(vip),tcp:80"])
  }

  @Test func nodePortsAreGuardedOnRequestOnly() {
    let id = tcp("192.168.77.1", 30080)
    #expect(members(ranged(["203.0.113.0/24"]), id) == ["KUBE-NODE-PORT-TCP 30080"])
    #expect(
      members(ranged(["203.0.113.0/24"], guardsNodePorts: true), id).contains(
        "KUBE-LOAD-BALANCER-FW 192.168.77.1,tcp:30080"))
  }

  // MARK: - Annotations

  @Test func aServiceChoosesItsScheduler() {
    let share = share({
      $0.scheduler = Scheduler(rawValue: "sh")
      $0.schedulerFlags = .scheduler2
    })
    #expect(
      share.claims[tcp("10.96.0.1")]?.virtualServer
        == VirtualServer(tcp("10.96.0.1"), scheduler: Scheduler(rawValue: "sh"), schedulerFlags: .scheduler2))
  }

  @Test func onePacketSchedulingIsForUdpOnly() {
    #expect(
      share({ $0.schedulerFlags = .onePacket }).claims[tcp("10.96.0.1")]?.virtualServer.schedulerFlags == [])
    let datagrams = share({ $0.schedulerFlags = .onePacket }, transport: .udp)
    #expect(datagrams.claims[udp("10.96.0.1", 80)]?.virtualServer.schedulerFlags == .onePacket)
  }

  @Test func theNodesMhHashesPortsToo() {
    let policy = ResolverPolicy(nodeName: "node-a", scheduler: Scheduler(rawValue: "mh"))
    #expect(share(policy: policy).claims[tcp("10.96.0.1")]?.virtualServer.schedulerFlags == .scheduler2)
  }
}
