import Addressing
import Reconciler

extension ServiceFacts {
  /// What a port lacks that nobody serves, and what to add; nil when somebody does.
  func adviceIfNobodyServes(_ port: ServicePortInput, _ claims: [ClaimFacts]) -> String? {
    let claims = claims.filter { $0.reason.portName == port.name && $0.id.transport == port.transport }
    let servers = claims.flatMap(\.servers)
    guard !claims.isEmpty, !servers.contains(where: { $0.verdict?.isServing ?? false }) else { return nil }
    let advice =
      servers.contains { $0.verdict != nil } ? whyNoneServes(servers) : whyNoneIsListed(port, claims)
    return ports.count == 1 ? advice : "port \(port.label): \(advice)"
  }

  private var ports: [ServicePortInput] { input.ports }

  /// There are endpoints, all of them out: each reason with how many, the most frequent first.
  private func whyNoneServes(_ servers: [RealServerFacts]) -> String {
    var reasons: [RealServerID: String] = [:]
    for server in servers { reasons[server.id] = server.verdict?.sentence ?? reasons[server.id] }
    let counts = Dictionary(grouping: reasons.values) { $0 }.mapValues(\.count)
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let all =
      reasons.count == 1 ? "its only endpoint serves nobody" : "none of its \(reasons.count) endpoints serves"
    return "\(all): "
      + counts.map { reasons.count == 1 ? $0.key : "\($0.value) \($0.key)" }.joined(separator: "; ")
  }

  private func whyNoneIsListed(_ port: ServicePortInput, _ claims: [ClaimFacts]) -> String {
    let families = Set(claims.map(\.id.family))
    let ofFamily = slices.filter { families.contains($0.family) }
    if slices.isEmpty {
      return "add an EndpointSlice with the label kubernetes.io/service-name=\(key.name) in namespace "
        + "\(key.namespace), or ready Pods that its selector matches"
    }
    if ofFamily.isEmpty {
      return "its EndpointSlices hold addresses of \(slices[0].family), the Service wants "
        + families.sorted().map(\.description).joined(separator: " and ")
    }
    if ofFamily.allSatisfy(\.endpoints.isEmpty) {
      return "its EndpointSlices list no endpoint: no Pod that its selector matches has an address"
    }
    let listed = Set(ofFamily.flatMap(\.ports).map(\.label))
    return "its EndpointSlices have no port \(port.label) over \(port.transport); they have "
      + (listed.isEmpty ? "none" : listed.sorted().joined(separator: ", "))
  }
}

extension ServiceFacts {
  /// What slices list without any virtual server having it, not even as one that is out.
  var unusedEndpoints: [UnusedEndpoint] {
    let used = Set(claims.flatMap(\.servers).map(\.id.address))
    return slices.flatMap { slice in
      slice.endpoints.filter { !used.contains($0.address) }.map { endpoint in
        UnusedEndpoint(
          address: endpoint.address.description, nodeName: endpoint.nodeName,
          endpointSlice: slice.key.description, reason: whyUnused(slice))
      }
    }
  }

  private func whyUnused(_ slice: EndpointSliceInput) -> String {
    guard claims.contains(where: { $0.id.family == slice.family }) else {
      return "the Service has no \(slice.family) address that this node serves"
    }
    let ports = slice.ports.map(\.label).joined(separator: ", ")
    return "its EndpointSlice has no port of the Service, but \(ports.isEmpty ? "none at all" : ports)"
  }
}

extension EndpointPortInput {
  /// "http 8080/tcp".
  fileprivate var label: String { "\(name.isEmpty ? "(unnamed)" : name) \(port)/\(transport)" }
}

extension ServicePortInput {
  fileprivate var label: String { name.isEmpty ? "\(port)" : "'\(name)'" }
}
