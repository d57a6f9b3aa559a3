import Addressing
import Iptables
import Testing

/// Every client with every Service, through our rules and through kube-proxy's: they differ where we mean them to, and
/// nowhere else. Each difference is a defect of kube-proxy that these tests would find again.
@Suite struct KubeProxyDifferenceTests {
  private typealias Outcome = TracedNode.Outcome

  private struct Case: Hashable {
    let from: String
    let to: SampleNode.Service
  }

  private struct Pair: Hashable {
    let kubeProxy: Outcome
    let ours: Outcome
  }

  @Test(arguments: IPFamily.allCases)
  func arrivingTrafficDiffersForPolicyLocalWithoutLocalEndpointOnly(family: IPFamily) throws {
    let (ours, kubeProxy) = nodes(family)
    var found: [Case: Pair] = [:]
    for client in SampleNode.Client.allCases {
      for service in SampleNode.Service.allCases {
        let packet = ours.sample.packet(from: client, to: service)
        let pair = Pair(
          kubeProxy: try kubeProxy.outcome(arriving: packet), ours: try ours.outcome(arriving: packet))
        if pair.kubeProxy != pair.ours { found[Case(from: client.rawValue, to: service)] = pair }
      }
    }
    var expected: [Case: Pair] = [:]
    for service in SampleNode.Service.allCases where service.isNoLocal {
      for client in [SampleNode.Client.outside, .inRange, .singleAddress] {
        expected[Case(from: client.rawValue, to: service)] = Pair(kubeProxy: .unchanged, ours: .dropped)
      }
      for client in [SampleNode.Client.pod, .podOfAnotherNode] {
        expected[Case(from: client.rawValue, to: service)] = Pair(kubeProxy: .unchanged, ours: .masqueraded)
      }
    }
    #expect(found == expected)
  }

  @Test(arguments: IPFamily.allCases)
  func theNodesOwnTrafficDiffersForPolicyLocalAndSourceRanges(family: IPFamily) throws {
    let (ours, kubeProxy) = nodes(family)
    var found: [Case: Pair] = [:]
    for isBound in [true, false] {
      for service in SampleNode.Service.allCases {
        let packet = ours.sample.ownPacket(to: service, isBound: isBound)
        let pair = Pair(
          kubeProxy: try kubeProxy.outcome(sending: packet), ours: try ours.outcome(sending: packet))
        if pair.kubeProxy != pair.ours {
          found[Case(from: isBound ? "bound" : "unbound", to: service)] = pair
        }
      }
    }
    // kube-proxy's guard for the node knows only the virtual IP as a source.
    let leak = Pair(kubeProxy: .masqueraded, ours: .dropped)
    let lost = Pair(kubeProxy: .unchanged, ours: .masqueraded)
    #expect(
      found == [
        Case(from: "bound", to: .balancerRanges): leak,
        Case(from: "bound", to: .balancerEmptyOfRanges): leak,
        Case(from: "bound", to: .externalNoLocal): lost,
        Case(from: "bound", to: .balancerNoLocal): lost,
        Case(from: "unbound", to: .externalNoLocal): lost,
        Case(from: "unbound", to: .balancerNoLocal): lost,
        Case(from: "unbound", to: .externalLocal): lost,
        Case(from: "unbound", to: .balancerLocal): lost,
      ])
  }

  @Test(arguments: IPFamily.allCases)
  func aVirtualIPAnswersPings(family: IPFamily) throws {
    let (ours, kubeProxy) = nodes(family)
    var ping = ours.sample.packet(from: .outside, to: .clusterIP)
    ping.transport = family == .ipv4 ? "icmp" : "ipv6-icmp"
    #expect(try ours.outcome(arriving: ping) == .host)
    #expect(try kubeProxy.outcome(arriving: ping) == .rejected)
  }

  @Test(arguments: IPFamily.allCases)
  func aServiceWhosePortIsANodePortOfAnotherKeepsItsClients(family: IPFamily) throws {
    let sample = SampleNode(family: family)
    let address = sample.address(of: .clusterIP)
    var sets = sample.sets
    sets[sample.name("CLUSTER-IP")] = ["\(address),tcp:\(SampleNode.nodePort)"]
    let (ours, kubeProxy) = nodes(family, sets)
    let packet = sample.packet(from: .pod, to: address, port: SampleNode.nodePort)
    #expect(try ours.outcome(arriving: packet) == .unchanged)
    #expect(try kubeProxy.outcome(arriving: packet) == .masqueraded)
  }

  @Test(arguments: IPFamily.allCases)
  func nodePortsDifferForPolicyLocalWithoutLocalEndpointOnly(family: IPFamily) throws {
    let (ours, kubeProxy) = nodes(family)
    let ports = [SampleNode.nodePort, SampleNode.localNodePort, SampleNode.noLocalNodePort, 22]
    for port in ports {
      let packet = ours.sample.packet(from: .outside, to: ours.sample.node, port: port)
      let outcomes = (try ours.outcome(arriving: packet), try kubeProxy.outcome(arriving: packet))
      #expect(
        outcomes == (port == SampleNode.noLocalNodePort ? (.dropped, .unchanged) : (outcomes.1, outcomes.1)))
    }
  }

  /// The lines that kube-proxy writes and we don't, and the other way round.
  @Test func theRulesDifferInTheseLinesOnly() throws {
    let sample = SampleNode(family: .ipv4)
    let theirs = lines(try #require(SavedRules(KubeProxyRules.saved(sample))))
    let rules = MasqueradeBlock(family: .ipv4, localDetector: .networks([sample.pods])).rules
    var node = RestoreSimulator()
    node.restore(
      (rules + GuardBlock(family: .ipv4, localDetector: .networks([sample.pods])).rules).restoreText)
    let ours = lines(try #require(SavedRules(node.saved)))
    #expect(
      Set(theirs.subtracting(ours).map(\.chain)) == [
        "nat KUBE-SERVICES", "filter FORWARD", "filter OUTPUT", "filter KUBE-IPVS-FILTER",
        "filter KUBE-IPVS-OUT-FILTER",
      ])
    #expect(
      Set(ours.subtracting(theirs).map(\.chain)) == [
        "nat KUBE-SERVICES", "nat KUBE-LOAD-BALANCER", "filter KUBE-IPVS-FILTER",
        "filter KUBE-PROXY-FIREWALL",
        "filter KUBE-IPVS-NO-LOCAL", "mangle OUTPUT", "mangle KUBE-IPVS-MANGLE-OUT",
      ])
  }

  private struct Line: Hashable {
    let chain: String
    let rule: Rule
  }

  private func lines(_ saved: SavedRules) -> Set<Line> {
    var lines: Set<Line> = []
    for (table, chains) in saved.tables {
      for (name, chain) in chains {
        for rule in chain.rules { lines.insert(Line(chain: "\(table.rawValue) \(name)", rule: rule)) }
      }
    }
    return lines
  }

  private func nodes(
    _ family: IPFamily, _ sets: [String: [String]]? = nil
  ) -> (ours: TracedNode, kubeProxy: TracedNode) {
    let sample = SampleNode(family: family)
    let detector = LocalDetector.networks([sample.pods])
    let rules =
      MasqueradeBlock(family: family, localDetector: detector).rules
      + GuardBlock(family: family, localDetector: detector).rules
    return (
      TracedNode(sample, rules, sets: sets),
      TracedNode(sample, saved: KubeProxyRules.saved(sample), sets: sets)
    )
  }
}
