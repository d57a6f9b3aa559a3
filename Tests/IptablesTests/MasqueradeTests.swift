import Addressing
import Iptables
import Testing

/// Whose source is replaced by the node's address: the table of kube-proxy's documentation, case by case.
@Suite struct MasqueradeTests {
  /// All ways to tell pods of this node and of others, as far as they can.
  enum Detector: String, CaseIterable {
    case off, everything, network, networks, podNetworkOfNode, bridge, prefix

    func local(_ sample: SampleNode) -> LocalDetector {
      switch self {
      case .off: .off
      case .everything: .networks([sample.network("0.0.0.0/0", "::/0")])
      case .network: .networks([sample.pods])
      case .networks:
        .networks([
          sample.network("10.244.0.0/24", "fd00:10:244::/64"),
          sample.network("10.244.1.0/24", "fd00:10:244:1::/64"),
        ])
      case .podNetworkOfNode: .networks([sample.network("10.244.0.0/24", "fd00:10:244::/64")])
      case .bridge: .bridge("cni0")
      case .prefix: .interfacePrefix("cni")
      }
    }

    /// Whether pods of this node, and of others, are told from clients outside.
    var tellsPods: (here: Bool, elsewhere: Bool) {
      switch self {
      case .off, .everything: (false, false)
      case .network, .networks: (true, true)
      case .podNetworkOfNode, .bridge, .prefix: (true, false)
      }
    }
  }

  @Test(arguments: IPFamily.allCases, Detector.allCases)
  func toAClusterIPWhoeverIsNotLocalIsMasqueraded(family: IPFamily, detector: Detector) throws {
    let node = node(family, detector)
    let tells = detector != .off && detector != .everything
    #expect(try outcome(node, .pod, .clusterIP) == .unchanged)
    #expect(
      try outcome(node, .podOfAnotherNode, .clusterIP)
        == (tells && !detector.tellsPods.elsewhere ? .masqueraded : .unchanged))
    #expect(try outcome(node, .outside, .clusterIP) == (tells ? .masqueraded : .unchanged))
  }

  @Test(arguments: IPFamily.allCases, Detector.allCases)
  func theNodesOwnUnboundTrafficIsMasqueradedForEveryService(family: IPFamily, detector: Detector) throws {
    let node = node(family, detector)
    for service in [SampleNode.Service.clusterIP, .external, .externalLocal, .balancer, .balancerLocal] {
      let packet = node.sample.ownPacket(to: service, isBound: false)
      #expect(try node.outcome(sending: packet) == .masqueraded, "\(service)")
    }
  }

  @Test(arguments: IPFamily.allCases)
  func masqueradeAllIncludesPods(family: IPFamily) throws {
    let node = node(family, .network, masqueradeAll: true)
    #expect(try outcome(node, .pod, .clusterIP) == .masqueraded)
  }

  @Test(arguments: IPFamily.allCases, [SampleNode.Client.pod, .outside])
  func externalTrafficWithPolicyClusterIsMasqueraded(family: IPFamily, client: SampleNode.Client) throws {
    let node = node(family, .network)
    #expect(try outcome(node, client, .external) == .masqueraded)
    #expect(try outcome(node, client, .balancer) == .masqueraded)
    #expect(try outcome(node, client, nodePort: SampleNode.nodePort) == .masqueraded)
  }

  @Test(arguments: IPFamily.allCases, [SampleNode.Client.pod, .outside])
  func externalTrafficWithPolicyLocalKeepsItsSource(family: IPFamily, client: SampleNode.Client) throws {
    let node = node(family, .network)
    #expect(try outcome(node, client, .externalLocal) == .unchanged)
    #expect(try outcome(node, client, .balancerLocal) == .unchanged)
    #expect(try outcome(node, client, nodePort: SampleNode.localNodePort) == .unchanged)
  }

  @Test(arguments: IPFamily.allCases, ["tcp", "udp", "sctp"])
  func nodePortsOfEveryTransportGoByTheirOwnSets(family: IPFamily, transport: String) throws {
    let node = node(family, .network)
    var packet = node.sample.packet(from: .outside, to: node.sample.node, port: SampleNode.nodePort)
    packet.transport = transport
    #expect(try node.outcome(arriving: packet) == .masqueraded)
    packet.port = SampleNode.localNodePort
    #expect(try node.outcome(arriving: packet) == .unchanged)
  }

  @Test(arguments: IPFamily.allCases)
  func aPodThatReachesItselfIsMasqueraded(family: IPFamily) throws {
    let node = node(family, .network)
    var packet = node.sample.packet(from: .pod, to: .clusterIP)
    packet.source = node.sample.server
    #expect(try node.outcome(arriving: packet) == .masqueraded)
  }

  @Test(arguments: IPFamily.allCases)
  func loopbackSourcesAreNeverMarked(family: IPFamily) throws {
    let node = node(family, .network)
    var packet = node.sample.ownPacket(to: .balancer, isBound: true)
    packet.source = try #require(IPAddress(family == .ipv4 ? "127.0.0.1" : "::1"))
    #expect(try node.outcome(sending: packet) == .unchanged)
  }

  /// Without guards clients from outside pass too, and would otherwise get the reply from a stranger.
  @Test(arguments: IPFamily.allCases, Detector.allCases)
  func whatPassesToEndpointsOfOtherNodesIsMasqueraded(family: IPFamily, detector: Detector) throws {
    let node = node(family, detector)
    for client in SampleNode.Client.allCases {
      #expect(try outcome(node, client, .externalNoLocal) == .masqueraded)
      #expect(try outcome(node, client, .balancerNoLocal) == .masqueraded)
      #expect(try outcome(node, client, nodePort: SampleNode.noLocalNodePort) == .masqueraded)
    }
  }

  @Test func theMarkIsGoneAfterMasquerading() throws {
    let sample = SampleNode(family: .ipv4)
    var node = RestoreSimulator()
    node.restore(MasqueradeBlock(family: .ipv4, markBit: 31).rules.restoreText)
    let tracer = PacketTracer(
      rules: try #require(SavedRules(node.saved)), sets: sample.sets, localAddresses: sample.localAddresses)
    var packet = sample.packet(from: .outside, to: .balancer)
    packet.mark = 0x1
    _ = try tracer.verdict(of: "PREROUTING", in: .nat, on: &packet)
    #expect(packet.mark == 0x8000_0001)
    #expect(try tracer.verdict(of: "POSTROUTING", in: .nat, on: &packet).isMasqueraded)
    #expect(packet.mark == 0x1)
  }

  private func node(_ family: IPFamily, _ detector: Detector, masqueradeAll: Bool = false) -> TracedNode {
    let sample = SampleNode(family: family)
    return TracedNode(
      sample,
      MasqueradeBlock(family: family, localDetector: detector.local(sample), masqueradeAll: masqueradeAll)
        .rules)
  }

  private func outcome(
    _ node: TracedNode, _ client: SampleNode.Client, _ service: SampleNode.Service
  ) throws -> TracedNode.Outcome {
    try node.outcome(arriving: node.sample.packet(from: client, to: service))
  }

  private func outcome(
    _ node: TracedNode, _ client: SampleNode.Client, nodePort: UInt16
  ) throws -> TracedNode.Outcome {
    try node.outcome(arriving: node.sample.packet(from: client, to: node.sample.node, port: nodePort))
  }
}
