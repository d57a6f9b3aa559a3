import Addressing
import Kubernetes

extension WireNode: WireObject {
  func validated() throws(FieldFlaw) -> ClusterObject {
    // Nodes from before Kubernetes 1.16 have `podCIDR` only.
    let blocks = spec.podCidrs.isEmpty && !spec.podCidr.isEmpty ? [spec.podCidr] : spec.podCidrs
    let podCIDRs = try Check.each(blocks, "spec.podCIDRs") { (text) throws(FieldFlaw) in
      try Check.network(text).description
    }
    let taints = spec.taints.map { Taint(key: $0.key, value: $0.value.nonEmpty, effect: $0.effect) }
    let addresses = status.addresses.map { NodeAddress(type: $0.type, address: $0.address) }
    return .node(
      Node(
        metadata: try metadata.validated(isNamespaced: false),
        spec: NodeSpec(podCIDRs: podCIDRs, taints: taints), status: NodeStatus(addresses: addresses)))
  }
}
