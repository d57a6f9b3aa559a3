import Addressing

extension Field {
  func nodeObject() throws(FieldError) -> Node {
    let metadata = try objectMeta(.node)
    var spec = NodeSpec()
    let blocks = try at("spec", "podCIDRs").items()
    let single = try at("spec", "podCIDR")
    for block in blocks.isEmpty && single.isPresent ? [single] : blocks {
      spec.podCIDRs.append(try block.network().description)
    }
    for item in try at("spec", "taints").items() {
      spec.taints.append(
        Taint(
          key: try item.field("key").requiredText(), value: try item.field("value").text(),
          effect: try item.field("effect").requiredText()))
    }
    var status = NodeStatus()
    for item in try at("status", "addresses").items() {
      status.addresses.append(
        NodeAddress(
          type: try item.field("type").requiredText(), address: try item.field("address").requiredText()))
    }
    return Node(metadata: metadata, spec: spec, status: status)
  }
}
