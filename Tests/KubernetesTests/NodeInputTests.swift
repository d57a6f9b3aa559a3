import Addressing
import Reconciler
import Testing

@testable import Kubernetes

@Suite struct NodeInputTests {
  private func nodeYAML(_ name: String, zone: String = "z1") -> String {
    """
    apiVersion: v1
    kind: Node
    metadata: {name: \(name), labels: {topology.kubernetes.io/zone: \(zone)}}
    ---

    """
  }

  @Test func theNodesObjectBecomesAnInput() async throws {
    let update = try await load(
      """
      apiVersion: v1
      kind: Node
      metadata:
        name: node-a
        labels: {topology.kubernetes.io/zone: z1, failure-domain.beta.kubernetes.io/zone: old}
      spec: {podCIDR: 10.244.0.0/24, podCIDRs: [10.244.0.0/24, "fd00:10:244::/64"]}
      status:
        addresses:
        - {type: Hostname, address: node-a}
        - {type: ExternalIP, address: 203.0.113.9}
        - {type: InternalIP, address: 192.168.77.1}
        - {type: InternalDNS, address: 192.168.77.99}
        - {type: InternalIP, address: "fd00:77::1"}
      ---
      \(nodeYAML("node-b", zone: "z9"))
      """, node: "node-a")
    let node = NodeInput(
      zone: "z1",
      addresses: [try address("203.0.113.9"), try address("192.168.77.1"), try address("fd00:77::1")],
      podCIDRs: ["10.244.0.0/24", "fd00:10:244::/64"].compactMap { IPNetwork($0) })
    #expect(update.batch.changes == [.node(node)])
    #expect(update.nodesChanged)
  }

  @Test func theOldZoneLabelAndTheSinglePodCIDRStandIn() async throws {
    let update = try await load(
      """
      apiVersion: v1
      kind: Node
      metadata: {name: n, labels: {failure-domain.beta.kubernetes.io/zone: z7}}
      spec: {podCIDR: 10.244.3.0/24}
      """, node: "n")
    #expect(nodes(in: update).map(\.?.zone) == ["z7"])
    #expect(nodes(in: update).map { $0?.podCIDRs.map(\.description) } == [["10.244.3.0/24"]])
  }

  @Test(arguments: ["", "node-c"])
  func withoutItsNodeNothingIsSaidOfIt(_ name: String) async throws {
    let update = try await load(nodeYAML("node-a") + nodeYAML("node-b"), node: name)
    #expect(update.batch.changes == [])
  }

  @Test func theNodeComesBeforeServices() async throws {
    let update = try await load(serviceYAML("web") + "---\n" + nodeYAML("n"), node: "n")
    #expect(update.batch.changes.count == 2)
    #expect(update.batch.changes.first == .node(NodeInput(zone: "z1")))
  }

  @Test func onlyChangesThatMatterAreTold() async throws {
    let directory = try TestDirectory()
    try directory.write(nodeYAML("n") + nodeYAML("other"), to: "n.yaml")
    let source = directory.source(node: "n")
    #expect(nodes(in: await source.load()) == [NodeInput(zone: "z1")])
    try directory.write(nodeYAML("n") + nodeYAML("other", zone: "z2"), to: "n.yaml")
    #expect(await source.load().batch.changes == [])
    try directory.write(nodeYAML("n", zone: "z2"), to: "n.yaml")
    #expect(nodes(in: await source.load()) == [NodeInput(zone: "z2")])
    directory.remove("n.yaml")
    #expect(nodes(in: await source.load()) == [nil])
  }

  @Test func aRemovedNodeWaitsUntilTheSourceIsWhole() async throws {
    let directory = try TestDirectory()
    try directory.write(nodeYAML("n"), to: "n.yaml")
    let source = directory.source(node: "n")
    _ = await source.load()
    directory.remove("n.yaml")
    try directory.write("a: [", to: "broken.yaml")
    #expect(await source.load().batch == InputBatch([], isComplete: false))
    directory.remove("broken.yaml")
    #expect(await source.load().batch == InputBatch([.node(nil)], isComplete: true))
  }

  @Test func inputsKeepANodeThatIsMissingFromAnIncompleteSource() {
    var known = CoreInputs()
    known.node = NodeInput(zone: "z1")
    let (changes, result) = known.changes(to: CoreInputs(), isWhole: false)
    #expect(changes == [])
    #expect(result.node == NodeInput(zone: "z1"))
  }
}
