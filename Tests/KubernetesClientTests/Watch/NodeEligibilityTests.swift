import Kubernetes
import KubernetesClient
import Testing

@Suite struct NodeEligibilityTests {
  @Test func nodeIsEligibleUnlessItIsBeingDeletedOrAboutToBe() {
    var node = Node(metadata: ObjectMeta(name: "n1", namespace: nil), spec: NodeSpec(), status: NodeStatus())
    #expect(node.isEligibleForLoadBalancers)
    node.spec.taints = [Taint(key: "node.kubernetes.io/unschedulable", effect: "NoSchedule")]
    #expect(node.isEligibleForLoadBalancers)
    node.spec.taints.append(Taint(key: "ToBeDeletedByClusterAutoscaler", value: "1", effect: "NoSchedule"))
    #expect(!node.isEligibleForLoadBalancers)
    node.spec.taints = []
    node.metadata.deletionTimestamp = "2026-01-01T00:00:00Z"
    #expect(!node.isEligibleForLoadBalancers)
  }
}
