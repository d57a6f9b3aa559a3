import Addressing

/// Which Services there are, and who gets which answer from them.
///
/// Pod 11 on node-b asks only where the answer comes by node-a: a pod of its own node would answer it directly.
enum TrafficTable {
  static let services = [
    spread, spreadLocal, away, awayLocal, awayInternal, alone, aloneLocal, empty, ranges, rangesLocal, anyone,
    nodeOnly,
  ]

  /// Pods on both nodes.
  static let spread = MatrixService(name: "spread", number: 1, pods: everyPod)
  static let spreadLocal = MatrixService(name: "spread-local", number: 2, pods: everyPod, scope: .local)
  /// Pods on the other node only.
  static let away = MatrixService(name: "away", number: 3, pods: [11, 12])
  static let awayLocal = MatrixService(name: "away-local", number: 4, pods: [11, 12], scope: .local)
  static let awayInternal = MatrixService(
    name: "away-internal", number: 5, pods: [11, 12], scope: .local, isInternal: true)
  /// Pod 1 only, so that it reaches itself.
  static let alone = MatrixService(name: "alone", number: 6, pods: [1])
  static let aloneLocal = MatrixService(name: "alone-local", number: 7, pods: [1], scope: .local)
  static let empty = MatrixService(name: "empty", number: 8, pods: [])
  /// The client's first address and pod 2; not the node, the client's second address and pod 1.
  static let ranges = MatrixService(name: "ranges", number: 9, pods: localPods, sourceRanges: allowed)
  static let rangesLocal = MatrixService(
    name: "ranges-local", number: 10, pods: everyPod, scope: .local, sourceRanges: allowed)
  static let anyone = MatrixService(
    name: "anyone", number: 11, pods: localPods, sourceRanges: ["0.0.0.0/0", "::/0"])
  static let nodeOnly = MatrixService(
    name: "node-only", number: 12, pods: localPods, sourceRanges: ["192.168.77.0/24", "fd00:77::/64"])

  static let everyPod = [1, 2, 11, 12]
  static let localPods = [1, 2]
  private static let allowed = ["203.0.113.2/32", "10.244.0.2/32", "fd00:113::2/128", "fd00:10:244::2/128"]

  static let groups: [TrafficGroup] = policyGroups + refusalGroups + rangeGroups

  static func cases(
    _ service: MatrixService, _ reaches: [Reach], _ origins: [Origin], _ outcome: Outcome
  ) -> [TrafficCase] {
    reaches.flatMap { reach in
      origins.map { TrafficCase(service: service, reach: reach, origin: $0, outcome: outcome) }
    }
  }

  private static func answered(_ pods: [Int], seen: SeenSource) -> Outcome {
    .answered(by: Set(pods), seen: seen)
  }
}

extension TrafficTable {
  private static let policyGroups = [
    TrafficGroup(
      title: "A cluster IP: pods are seen as they are, everybody else as the node",
      cases: cases(spread, [.clusterIP], [.client, .node], answered(everyPod, seen: .node))
        + cases(spread, [.clusterIP], [.pod2], answered(everyPod, seen: .own))
        + cases(away, [.clusterIP], [.client, .node], answered([11, 12], seen: .node))
        + cases(away, [.clusterIP], [.pod2], answered([11, 12], seen: .own))
        + cases(alone, [.clusterIP], [.pod2, .remotePod], answered([1], seen: .own))),
    TrafficGroup(
      title: "External addresses with policy Cluster: every endpoint, and everybody is seen as the node",
      cases: cases(
        spread, Reach.external, [.client, .node, .pod2, .remotePod], answered(everyPod, seen: .node))
        + cases(away, Reach.external, [.client, .node, .pod2, .remotePod], answered([11, 12], seen: .node))),
    TrafficGroup(
      title: "Internal policy Local: endpoints of this node only, with node ports too",
      cases: cases(spreadLocal, [.clusterIP], [.client, .node], answered(localPods, seen: .node))
        + cases(spreadLocal, [.clusterIP], [.pod2, .remotePod], answered(localPods, seen: .own))),
    TrafficGroup(
      title: "Internal policy Local without a local endpoint: refused, with node ports too",
      cases: cases(awayLocal, [.clusterIP], [.client, .node, .pod1, .remotePod], .refused)
        + cases(awayInternal, [.clusterIP], [.client, .node, .pod1, .remotePod], .refused)),
    TrafficGroup(
      title: "External policy Local: endpoints of this node only, which see who asks",
      cases: cases(
        spreadLocal, Reach.external, [.client, .pod2, .remotePod], answered(localPods, seen: .own))
        + cases(spreadLocal, Reach.external, [.node], answered(localPods, seen: .node))),
    TrafficGroup(
      title: "External policy Local without a local endpoint: dropped outside, answered within the cluster",
      cases: cases(awayLocal, Reach.external, [.client], .dropped)
        + cases(awayLocal, Reach.external, [.node, .pod1, .remotePod], answered([11, 12], seen: .node))),
    TrafficGroup(
      title: "A pod that reaches itself sees the node",
      cases: cases(alone, Reach.allCases, [.pod1], answered([1], seen: .node))
        + cases(aloneLocal, Reach.allCases, [.pod1], answered([1], seen: .node))),
    TrafficGroup(title: "SCTP goes the same ways", cases: sctp),
  ]

  private static let sctp =
    (cases(spread, Reach.allCases, [.client, .node], answered(everyPod, seen: .node))
    + cases(spread, [.clusterIP], [.pod2], answered(everyPod, seen: .own))
    + cases(spreadLocal, Reach.external, [.client, .pod2], answered(localPods, seen: .own))
    + cases(awayLocal, [.nodePort, .loadBalancer], [.client], .dropped)
    + cases(alone, [.clusterIP, .nodePort], [.pod1], answered([1], seen: .node)))
    .map {
      TrafficCase(
        service: $0.service, reach: $0.reach, origin: $0.origin, outcome: $0.outcome, transports: [.sctp])
    }

  private static let refusalGroups = [
    TrafficGroup(
      title: "A Service without endpoints refuses",
      cases: cases(empty, Reach.allCases, [.client, .node, .pod1, .remotePod], .refused))
  ]

  private static let rangeGroups = [
    TrafficGroup(
      title: "Source ranges: single addresses in and out, at the load balancer's address only",
      cases: cases(ranges, [.loadBalancer], [.client, .pod2], answered(localPods, seen: .node))
        + cases(ranges, [.loadBalancer], [.secondClient, .node, .pod1, .remotePod], .dropped)
        + cases(
          ranges, [.clusterIP, .nodePort, .externalIP], [.secondClient, .node],
          answered(localPods, seen: .node))),
    TrafficGroup(
      title: "Source ranges with policy Local: who is let in is seen",
      cases: cases(rangesLocal, [.loadBalancer], [.client, .pod2], answered(localPods, seen: .own))
        + cases(rangesLocal, [.loadBalancer], [.secondClient, .node, .pod1, .remotePod], .dropped)),
    TrafficGroup(
      title: "A source range of length 0 lets everybody in",
      cases: cases(
        anyone, [.loadBalancer], [.client, .secondClient, .node, .pod1, .remotePod],
        answered(localPods, seen: .node))),
    TrafficGroup(
      title: "A source range with the node's address lets the node in",
      cases: cases(nodeOnly, [.loadBalancer], [.node], answered(localPods, seen: .node))
        + cases(nodeOnly, [.loadBalancer], [.client, .pod1, .remotePod], .dropped)),
  ]
}
