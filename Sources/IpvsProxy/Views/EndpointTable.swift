import Inspection
import Terminal

/// `get endpoints`: one line for each endpoint of each port.
struct EndpointTable {
  private var table: TextTable

  init(_ endpoints: [EndpointStatus], hasNamespaces: Bool, isWide: Bool) {
    table = TextTable(
      (hasNamespaces ? ["NAMESPACE"] : []) + ["SERVICE", "PORT", "ENDPOINT", "NODE", "WEIGHT"]
        + (isWide ? ["ENDPOINTSLICE"] : []) + ["STATE"])
    for endpoint in endpoints {
      let names = hasNamespaces ? [endpoint.namespace, endpoint.service] : [endpoint.service]
      let port = endpoint.portName.isEmpty ? endpoint.transport : "\(endpoint.portName)/\(endpoint.transport)"
      let cells =
        names + [
          port, endpoint.endpoint, endpoint.nodeName ?? "<unknown>",
          endpoint.state == .serving ? "\(endpoint.weight)" : "-",
        ] + (isWide ? [endpoint.endpointSlice ?? "<none>"] : [])
      let state = endpoint.state.rawValue
      table.add(
        cells.map { TextTable.Cell($0) } + [
          TextTable.Cell(
            endpoint.reason.isEmpty ? state : "\(state): \(endpoint.reason)", endpoint.state.tone)
        ])
    }
  }

  func lines(_ display: Display) -> [String] { table.lines(display) }
}

extension RealServerStatus.State {
  var tone: Tone {
    switch self {
    case .serving: .good
    case .draining: .warning
    case .out: .faint
    }
  }
}

/// `get nodes`: this node, and those that endpoints are on.
struct NodeTable {
  private var table: TextTable

  init(_ nodes: [NodeStatus], isWide: Bool) {
    table = TextTable(
      ["NAME", "ROLE", "ZONE", "INTERNAL-IP", "ENDPOINTS", "NODE-PORTS-ON"]
        + (isWide ? ["POD-CIDR", "ADDRESSES"] : []))
    for node in nodes {
      let cells =
        [
          node.name, node.isThisNode ? "this node" : "<none>", node.zone ?? "<none>",
          Self.list(node.addresses),
          "\(node.endpoints)", Self.list(node.nodePortAddresses),
        ] + (isWide ? [Self.list(node.podCIDRs), Self.list(node.machineAddresses)] : [])
      table.add(cells.map { TextTable.Cell($0) })
    }
  }

  func lines(_ display: Display) -> [String] { table.lines(display) }

  private static func list(_ texts: [String]) -> String {
    texts.isEmpty ? "<none>" : texts.joined(separator: ",")
  }
}
