import Reconciler
import SeededGenerator
import Testing

@testable import KubernetesClient

@Suite struct ServiceEventPolicyTests {
  private func tellers(
    _ service: ServiceKey, _ nodes: [String], seen: [String]? = nil, withEndpoints: Set<String> = []
  ) -> [String] {
    nodes.filter {
      ServiceEventPolicy(ownNodeName: $0)
        .tells(about: service, nodesSeen: seen ?? nodes, nodesWithEndpoints: withEndpoints)
    }
  }

  private func nodes(_ count: Int) -> [String] { (0..<count).map { "node-\($0).example.com" } }

  @Test(arguments: [1, 2, 3, 4, 10, 100, 1000]) func threeOfAllNodesTell(count: Int) {
    for number in 0..<20 {
      let service = ServiceKey(namespace: "default", name: "web-\(number)")
      #expect(tellers(service, nodes(count)).count == min(3, count))
    }
  }

  @Test func theOrderInWhichNodesAreSeenDoesNotMatter() {
    var random = SeededGenerator(seed: 7)
    let service = ServiceKey(namespace: "default", name: "web")
    let expected = Set(tellers(service, nodes(50)))
    for _ in 0..<20 {
      #expect(Set(tellers(service, nodes(50), seen: nodes(50).shuffled(using: &random))) == expected)
    }
  }

  @Test func aboutThreeTellWhereManyNodesAreNotSeen() {
    // Half the nodes have no pods: each of those adds itself to what it sees.
    let all = nodes(200)
    var total = 0
    for number in 0..<100 {
      total +=
        tellers(ServiceKey(namespace: "a", name: "s\(number)"), all, seen: Array(all.prefix(100))).count
    }
    #expect((300...900).contains(total))
  }

  @Test func theLoadIsSpreadOverTheNodes() {
    var shares: [String: Int] = [:]
    for number in 0..<1000 {
      for node in tellers(ServiceKey(namespace: "default", name: "web-\(number)"), nodes(20)) {
        shares[node, default: 0] += 1
      }
    }
    // 150 each on average; a share is binomial with a deviation of 11.
    #expect(shares.count == 20)
    #expect(shares.values.allSatisfy { (90...210).contains($0) })
  }

  @Test func aNodeThatLeavesChangesTheChoiceByOne() {
    let all = nodes(30)
    for number in 0..<30 {
      let service = ServiceKey(namespace: "default", name: "web-\(number)")
      let before = Set(tellers(service, all))
      let left = all[number]
      let after = Set(tellers(service, all.filter { $0 != left }))
      #expect(before.subtracting(after) == (before.contains(left) ? [left] : []))
    }
  }

  @Test func nodesWithEndpointsTellToo() {
    let service = ServiceKey(namespace: "default", name: "web")
    let all = nodes(1000)
    let few: Set = [all[3], all[500]]
    #expect(Set(tellers(service, all, withEndpoints: few)).isSuperset(of: few))
    // But not all of them where there are many.
    #expect(tellers(service, all, withEndpoints: Set(all.suffix(700))).count <= 6)
  }
}
