import Addressing
import Inspection
import Iptables
import KernelFakes
import Reconciler
import Testing

/// The kernel suite's matrix of traffic, as `explain` sees it: the same Services, the same askers, the same outcomes.
@Suite struct ConnectionTests {
  enum Asker: String, CaseIterable {
    case client = "203.0.113.2"
    case secondClient = "203.0.113.3"
    case node
    case pod1 = "10.244.0.1"
    case pod2 = "10.244.0.2"
    case remotePod = "10.244.1.11"

    var pod: Int? { [.pod1: 1, .pod2: 2, .remotePod: 11][self] }
  }

  enum Reach: CaseIterable {
    case clusterIP, nodePort, loadBalancer, externalIP
    static let external: [Reach] = [.nodePort, .loadBalancer, .externalIP]
  }

  enum Outcome {
    case answered([Int], ConnectionPath.SeenSource)
    case refused, dropped
  }

  private static let nodeAddress = "192.168.77.1"
  private static let rules = TrafficRules(
    localDetector: .networks([IPNetwork("10.244.0.0/16")].compactMap(\.self)))

  private struct Sample {
    let name: String
    let number: Int
    let pods: [Int]
    var scope = TrafficScope.cluster
    var ranges: [String] = []

    var changes: [InputChange] {
      var service = ServiceInput(
        key: key(name), clusterIPs: [address("10.96.5.\(number)")],
        ports: [TransportProtocol.tcp, .udp, .sctp].map {
          ServicePortInput(name: "\($0)", transport: $0, port: 80, nodePort: UInt16(30100 + number))
        })
      service.loadBalancerIPs = [address("172.30.5.\(number)")]
      service.externalIPs = [address("192.0.2.\(number)")]
      (service.internalScope, service.externalScope) = (scope, scope)
      service.sourceRanges = ranges.compactMap { IPNetwork($0) }
      let endpoints = pods.map {
        EndpointInput(
          address(Sample.podAddress($0)), nodeName: $0 < 10 ? "node-a" : "node-b")
      }
      let slice = EndpointSliceInput(
        key: EndpointSliceKey(namespace: "default", name: name), service: key(name), family: .ipv4,
        ports: [TransportProtocol.tcp, .udp, .sctp].map {
          EndpointPortInput(name: "\($0)", transport: $0, port: 8080)
        }, endpoints: endpoints)
      return [put(service), .endpointSlice(slice.key, slice)]
    }

    static func podAddress(_ pod: Int) -> String { pod < 10 ? "10.244.0.\(pod)" : "10.244.1.\(pod)" }

    func target(_ reach: Reach, _ transport: TransportProtocol) -> String {
      switch reach {
      case .clusterIP: "10.96.5.\(number):80/\(transport)"
      case .loadBalancer: "172.30.5.\(number):80/\(transport)"
      case .externalIP: "192.0.2.\(number):80/\(transport)"
      case .nodePort: "\(ConnectionTests.nodeAddress):\(30100 + number)/\(transport)"
      }
    }
  }

  private static let all = [1, 2, 11, 12]
  private static let allowed = ["203.0.113.2/32", "10.244.0.2/32"]
  private static let spread = Sample(name: "spread", number: 1, pods: all)
  private static let spreadLocal = Sample(name: "spread-local", number: 2, pods: all, scope: .local)
  private static let away = Sample(name: "away", number: 3, pods: [11, 12])
  private static let awayLocal = Sample(name: "away-local", number: 4, pods: [11, 12], scope: .local)
  private static let alone = Sample(name: "alone", number: 6, pods: [1])
  private static let aloneLocal = Sample(name: "alone-local", number: 7, pods: [1], scope: .local)
  private static let empty = Sample(name: "empty", number: 8, pods: [])
  private static let ranges = Sample(name: "ranges", number: 9, pods: [1, 2], ranges: allowed)
  private static let rangesLocal = Sample(
    name: "ranges-local", number: 10, pods: all, scope: .local, ranges: allowed)
  private static let anyone = Sample(name: "anyone", number: 11, pods: [1, 2], ranges: ["0.0.0.0/0"])
  private static let nodeOnly = Sample(
    name: "node-only", number: 12, pods: [1, 2], ranges: ["192.168.77.0/24"])

  private static let table: [(Sample, [Reach], [Asker], Outcome)] = [
    (spread, [.clusterIP], [.client, .node], .answered(all, .node)),
    (spread, [.clusterIP], [.pod2], .answered(all, .own)),
    (away, [.clusterIP], [.client, .node], .answered([11, 12], .node)),
    (away, [.clusterIP], [.pod2], .answered([11, 12], .own)),
    (alone, [.clusterIP], [.pod2, .remotePod], .answered([1], .own)),
    (spread, Reach.external, [.client, .node, .pod2, .remotePod], .answered(all, .node)),
    (away, Reach.external, [.client, .node, .pod2, .remotePod], .answered([11, 12], .node)),
    (spreadLocal, [.clusterIP], [.client, .node], .answered([1, 2], .node)),
    (spreadLocal, [.clusterIP], [.pod2, .remotePod], .answered([1, 2], .own)),
    (awayLocal, [.clusterIP], [.client, .node, .pod1, .remotePod], .refused),
    (spreadLocal, Reach.external, [.client, .pod2, .remotePod], .answered([1, 2], .own)),
    (spreadLocal, Reach.external, [.node], .answered([1, 2], .node)),
    (awayLocal, Reach.external, [.client], .dropped),
    (awayLocal, Reach.external, [.node, .pod1, .remotePod], .answered([11, 12], .node)),
    (alone, Reach.allCases, [.pod1], .answered([1], .node)),
    (aloneLocal, Reach.allCases, [.pod1], .answered([1], .node)),
    (empty, Reach.allCases, [.client, .node, .pod1, .remotePod], .refused),
    (ranges, [.loadBalancer], [.client, .pod2], .answered([1, 2], .node)),
    (ranges, [.loadBalancer], [.secondClient, .node, .pod1, .remotePod], .dropped),
    (ranges, [.clusterIP, .nodePort, .externalIP], [.secondClient, .node], .answered([1, 2], .node)),
    (rangesLocal, [.loadBalancer], [.client, .pod2], .answered([1, 2], .own)),
    (rangesLocal, [.loadBalancer], [.secondClient, .node, .pod1, .remotePod], .dropped),
    (anyone, [.loadBalancer], Asker.allCases, .answered([1, 2], .node)),
    (nodeOnly, [.loadBalancer], [.node], .answered([1, 2], .node)),
    (nodeOnly, [.loadBalancer], [.client, .pod1, .remotePod], .dropped),
  ]

  private static func world(_ rules: TrafficRules = rules, guards: Bool = true) async -> World {
    let samples = [
      spread, spreadLocal, away, awayLocal, alone, aloneLocal, empty, ranges, rangesLocal, anyone, nodeOnly,
    ]
    return await World(
      [.nodeAddresses([address(nodeAddress)])] + samples.flatMap(\.changes), rules: rules, guards: guards)
  }

  @Test func everyLineOfTheMatrixIsExplainedAsItGoes() async throws {
    let world = await Self.world()
    for (sample, reaches, askers, outcome) in Self.table {
      for reach in reaches {
        for asker in askers {
          for transport in [TransportProtocol.tcp, .udp, .sctp] {
            let target = sample.target(reach, transport)
            let path = try await world.connect(target, from: asker.rawValue)
            expect(path, outcome, asker, "\(sample.name) \(target) from \(asker)")
          }
        }
      }
    }
  }

  private func expect(_ path: ConnectionPath, _ outcome: Outcome, _ asker: Asker, _ name: String) {
    switch outcome {
    case .refused: #expect(path.outcome == .refused && path.responders.isEmpty, "\(name)")
    case .dropped: #expect(path.outcome == .dropped && path.responders.isEmpty, "\(name)")
    case .answered(let pods, let seen):
      #expect(path.outcome == .answered, "\(name): \(path.summary)")
      #expect(path.responders.map(\.address) == pods.map(Sample.podAddress).sorted(), "\(name)")
      for responder in path.responders {
        // A pod that reaches itself is seen as the node.
        let isItself = asker.pod.map { Sample.podAddress($0) == responder.address } ?? false
        #expect(responder.source == (isItself ? .node : seen), "\(name): \(responder.address)")
      }
    }
  }

  // MARK: - Other rules

  @Test func withoutGuardsSourceRangesKeepNobodyOut() async throws {
    var rules = Self.rules
    rules.guards = false
    let world = await Self.world(rules, guards: false)
    #expect(try await world.connect("172.30.5.9:80", from: "203.0.113.3").outcome == .answered)
    #expect(try await world.connect("172.30.5.4:80", from: "203.0.113.2").outcome == .refused)
    #expect(try await world.connect("10.96.5.1:81", from: "203.0.113.2").outcome == .notAService)
  }

  @Test func masqueradeAllHidesPodsToo() async throws {
    var rules = Self.rules
    rules.masqueradeAll = true
    let path = try await Self.world(rules).connect("10.96.5.1:80", from: "10.244.0.2")
    #expect(Set(path.responders.map(\.source)) == [.node])
  }

  @Test func withoutADetectorClusterIPsKeepEverySourceButTheNodesOwn() async throws {
    let world = await Self.world(TrafficRules())
    #expect(
      try await world.connect("10.96.5.1:80", from: "203.0.113.2").responders.allSatisfy { $0.source == .own }
    )
    #expect(try await world.connect("10.96.5.1:80").responders.allSatisfy { $0.source == .node })
    #expect(try await world.connect("172.30.5.4:80", from: "10.244.0.1").outcome == .dropped)
  }

  @Test(arguments: [LocalDetector.bridge("cni0"), .interfacePrefix("veth")])
  func interfacesTellPodsOfThisNodeOnly(detector: LocalDetector) async throws {
    let world = await Self.world(TrafficRules(localDetector: detector))
    let sources: [(String, ConnectionPath.SeenSource)] = [
      ("10.244.0.2", .own), ("10.244.1.11", .node), ("203.0.113.2", .node), ("node", .node),
    ]
    for (asker, seen) in sources {
      let responders = try await world.connect("10.96.5.3:80", from: asker).responders
      #expect(Set(responders.map(\.source)) == [seen], "\(asker)")
    }
  }

  // MARK: - What nobody serves

  @Test(arguments: [
    ("10.96.5.1:81", ConnectionPath.Outcome.refused, "no Service has port 81/tcp of 10.96.5.1"),
    ("10.244.1.11:8080", .notAService, "10.244.1.11 is an endpoint of default/"),
    ("192.168.77.1:22", .notAService, "192.168.77.1 is this node's, and 22/tcp no node port"),
    ("198.51.100.1:80", .notAService, "nobody here serves 198.51.100.1"),
  ])
  func whoseAnAddressIsIsTold(target: String, outcome: ConnectionPath.Outcome, summary: String) async throws {
    let path = try await Self.world().connect(target, from: "203.0.113.2")
    #expect(path.outcome == outcome)
    #expect(path.summary.hasPrefix(summary), "\(path.summary)")
    #expect(path.service == nil && path.responders.isEmpty)
  }

  @Test func questionsThatCannotBeReadAreRefused() async throws {
    let world = await Self.world()
    for (target, source) in [
      ("10.96.5.1", "node"), ("10.96.5.1:80/icmp", "node"), ("10.96.5.1:80", "x"),
      ("10.96.5.1:80", "fd00::1"), ("a/b/c", ""), ("default/web:", ""), ("", ""),
    ] {
      await #expect(throws: InvalidQuestion.self) { try await world.inspector.explain(target, from: source) }
    }
    await #expect(throws: NothingKnown.self) {
      try await world.inspector.explain("default/nonsuch", from: "")
    }
    await #expect(throws: NothingKnown.self) { try await world.inspector.explain("spread:http", from: "") }
    let one = try #require(try await world.inspector.explain("spread:udp", from: "").service)
    #expect(Set(one.virtualServers.map(\.transport)) == ["udp"] && one.ports.map(\.name) == ["udp"])
  }
}
