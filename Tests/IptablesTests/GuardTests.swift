import Addressing
import Iptables
import Testing

/// What the guards keep out, packet by packet.
@Suite struct GuardTests {
  typealias Detector = MasqueradeTests.Detector

  // MARK: Source ranges

  @Test(arguments: IPFamily.allCases, [SampleNode.Client.inRange, .singleAddress])
  func clientsInASourceRangePass(family: IPFamily, client: SampleNode.Client) throws {
    let node = node(family)
    #expect(try node.outcome(arriving: node.sample.packet(from: client, to: .balancerRanges)) == .masqueraded)
  }

  @Test(arguments: IPFamily.allCases, [SampleNode.Client.outside, .pod, .podOfAnotherNode])
  func clientsOutsideTheSourceRangesAreDropped(family: IPFamily, client: SampleNode.Client) throws {
    let node = node(family)
    #expect(try node.outcome(arriving: node.sample.packet(from: client, to: .balancerRanges)) == .dropped)
  }

  @Test(arguments: IPFamily.allCases, SampleNode.Client.allCases)
  func rangesOfAllAddressesLetEverybodyPass(family: IPFamily, client: SampleNode.Client) throws {
    let node = node(family)
    #expect(
      try node.outcome(arriving: node.sample.packet(from: client, to: .balancerAnyRange)) == .masqueraded)
  }

  @Test(arguments: IPFamily.allCases, [true, false])
  func theNodeItselfPassesWhereAnAddressOfItsOwnIsAllowed(family: IPFamily, isBound: Bool) throws {
    let node = node(family)
    let packet = node.sample.ownPacket(to: .balancerNodeRange, isBound: isBound)
    #expect(try node.outcome(sending: packet) == .masqueraded)
  }

  @Test(arguments: IPFamily.allCases, [true, false])
  func theNodeItselfIsDroppedWhereNoneIs(family: IPFamily, isBound: Bool) throws {
    let node = node(family)
    let packet = node.sample.ownPacket(to: .balancerRanges, isBound: isBound)
    #expect(try node.outcome(sending: packet) == .dropped)
  }

  @Test(arguments: IPFamily.allCases)
  func rangesSayNothingAboutAnotherPortOfTheAddress(family: IPFamily) throws {
    let sample = SampleNode(family: family)
    var sets = sample.sets
    let address = sample.address(of: .balancerRanges)
    sets[sample.name("LOAD-BALANCER"), default: []].append("\(address),tcp:443")
    let node = TracedNode(sample, rules(sample, .network), sets: sets)
    #expect(try node.outcome(arriving: sample.packet(from: .outside, to: address, port: 443)) == .masqueraded)
  }

  // MARK: Ports of the host

  @Test(arguments: IPFamily.allCases, ["tcp", "udp", "sctp"])
  func noPortOfTheHostIsBehindAVirtualIP(family: IPFamily, transport: String) throws {
    let node = node(family)
    var packet = node.sample.packet(from: .outside, to: node.sample.address(of: .clusterIP), port: 22)
    packet.transport = transport
    #expect(try node.outcome(arriving: packet) == .rejected)
  }

  /// IPVS takes nothing that isn't served; it comes back in by lo.
  @Test(arguments: IPFamily.allCases)
  func notEvenForTheNodeItself(family: IPFamily) throws {
    let node = node(family)
    var packet = node.sample.ownPacket(to: .balancer, isBound: false)
    packet.port = 22
    #expect(try node.outcome(sending: packet) == .rejected)
  }

  @Test(arguments: IPFamily.allCases)
  func connectionsOfTheHostFromBeforeGoOn(family: IPFamily) throws {
    let node = node(family)
    var packet = node.sample.packet(from: .outside, to: node.sample.address(of: .clusterIP), port: 22)
    packet.state = "ESTABLISHED"
    #expect(try node.outcome(arriving: packet) == .host)
  }

  @Test(arguments: IPFamily.allCases)
  func theHostsOwnAddressIsNotGuarded(family: IPFamily) throws {
    let node = node(family)
    #expect(
      try node.outcome(arriving: node.sample.packet(from: .outside, to: node.sample.node, port: 22)) == .host)
  }

  @Test(arguments: IPFamily.allCases)
  func healthChecksAreAcceptedWhereTheHostAcceptsNothing(family: IPFamily) throws {
    let sample = SampleNode(family: family)
    var simulator = RestoreSimulator()
    simulator.restore(rules(sample, .network).missing(from: SavedRules()).restoreText)
    let saved = simulator.saved.replacing(":INPUT ACCEPT", with: ":INPUT DROP")
    let node = TracedNode(sample, saved: saved)
    func outcome(_ address: IPAddress, _ port: UInt16) throws -> TracedNode.Outcome {
      try node.outcome(arriving: sample.packet(from: .outside, to: address, port: port))
    }
    #expect(try outcome(sample.node, SampleNode.healthPort) == .host)
    #expect(try outcome(sample.address(of: .balancerLocal), SampleNode.healthPort) == .host)
    #expect(try outcome(sample.node, 22) == .dropped)
  }

  // MARK: Policy Local without a local endpoint

  @Test(arguments: IPFamily.allCases, Detector.allCases)
  func withoutLocalEndpointOnlyPodsReachTheOthers(family: IPFamily, detector: Detector) throws {
    let node = node(family, detector)
    let (here, elsewhere) = detector.tellsPods
    for (client, passes) in [
      (SampleNode.Client.outside, false), (.pod, here), (.podOfAnotherNode, elsewhere),
    ] {
      for service in [SampleNode.Service.externalNoLocal, .balancerNoLocal] {
        let packet = node.sample.packet(from: client, to: service)
        #expect(
          try node.outcome(arriving: packet) == (passes ? .masqueraded : .dropped), "\(client) \(service)")
      }
      let packet = node.sample.packet(from: client, to: node.sample.node, port: SampleNode.noLocalNodePort)
      #expect(try node.outcome(arriving: packet) == (passes ? .masqueraded : .dropped), "\(client)")
    }
  }

  @Test(arguments: IPFamily.allCases, Detector.allCases)
  func theNodeItselfReachesTheOthersToo(family: IPFamily, detector: Detector) throws {
    let node = node(family, detector)
    for isBound in [true, false] {
      let packet = node.sample.ownPacket(to: .balancerNoLocal, isBound: isBound)
      #expect(try node.outcome(sending: packet) == .masqueraded)
    }
  }

  @Test(arguments: IPFamily.allCases)
  func connectionsToEndpointsThatDrainGoOn(family: IPFamily) throws {
    let node = node(family)
    var packet = node.sample.packet(from: .outside, to: .balancerNoLocal)
    packet.state = "ESTABLISHED"
    #expect(try node.outcome(arriving: packet) != .dropped)
  }

  @Test(arguments: IPFamily.allCases)
  func withLocalEndpointsClientsFromOutsidePass(family: IPFamily) throws {
    let node = node(family)
    #expect(try node.outcome(arriving: node.sample.packet(from: .outside, to: .balancerLocal)) == .unchanged)
  }

  // MARK: Without guards

  @Test(arguments: IPFamily.allCases)
  func withoutGuardsNothingIsKeptOut(family: IPFamily) throws {
    let sample = SampleNode(family: family)
    let node = TracedNode(
      sample, MasqueradeBlock(family: family).rules + GuardBlock(family: family, isOn: false).rules)
    #expect(try node.outcome(arriving: sample.packet(from: .outside, to: .balancerRanges)) == .masqueraded)
    #expect(try node.outcome(arriving: sample.packet(from: .outside, to: .balancerNoLocal)) == .masqueraded)
    #expect(
      try node.outcome(arriving: sample.packet(from: .outside, to: sample.address(of: .external), port: 22))
        == .host)
    #expect(try node.outcome(sending: sample.ownPacket(to: .balancerRanges, isBound: true)) == .masqueraded)
  }

  private func node(_ family: IPFamily, _ detector: Detector = .network) -> TracedNode {
    let sample = SampleNode(family: family)
    return TracedNode(sample, rules(sample, detector))
  }

  private func rules(_ sample: SampleNode, _ detector: Detector) -> RuleSet {
    let local = detector.local(sample)
    return MasqueradeBlock(family: sample.family, localDetector: local).rules
      + GuardBlock(family: sample.family, localDetector: local).rules
  }
}
