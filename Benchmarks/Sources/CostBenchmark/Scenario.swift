import Reconciler

/// One change, from `before` to `after`, on a node where the other Services stay as they are.
struct Scenario {
  let name: String
  let before: @Sendable (Sample) -> [InputChange]
  let after: @Sendable (Sample) -> [InputChange]

  static let all: [Scenario] = [
    .changing("nothing") { _ in },
    .changing("endpoint added, on another node") { $0.addEndpoint(on: "another-node") },
    .changing("endpoint added, on this node") { $0.addEndpoint(on: Node.name) },
    Scenario(name: "endpoint made ready", before: \.withEndpointNotReady.put, after: \.put),
    Scenario(name: "endpoint no longer ready", before: \.put, after: \.withEndpointNotReady.put),
    .changing("endpoint removed") { $0.endpoints.removeFirst() },
    .changing("port changed") { $0.port = 81 },
    Scenario(name: "Service added", before: \.remove, after: \.put),
    Scenario(name: "Service removed", before: \.put, after: \.remove),
    Scenario(
      name: "node's zone changed, no hints", before: { $0.put + [.inZone("a")] },
      after: { _ in [.inZone("b")] }),
    // What it costs follows the number of Services with hints: here one.
    Scenario(
      name: "node's zone changed, one Service with hints", before: { $0.withZoneHints.put + [.inZone("a")] },
      after: { _ in [.inZone("b")] }),
  ]

  private static func changing(_ name: String, _ change: @escaping @Sendable (inout Sample) -> Void) -> Self {
    Scenario(
      name: name, before: \.put,
      after: { sample in
        var changed = sample
        change(&changed)
        return changed.put
      })
  }
}

extension Sample {
  fileprivate var withEndpointNotReady: Sample {
    var changed = self
    changed.endpoints[0].isReady = false
    return changed
  }

  /// Endpoints for zones a and b in turn.
  fileprivate var withZoneHints: Sample {
    var changed = self
    changed.endpoints = endpoints.enumerated().map { index, endpoint in
      EndpointInput(
        endpoint.address, isReady: endpoint.isReady, nodeName: endpoint.nodeName,
        zoneHints: [index.isMultiple(of: 2) ? "a" : "b"])
    }
    return changed
  }
}

extension InputChange {
  /// The label topology.kubernetes.io/zone is all that is read of a node's labels.
  fileprivate static func inZone(_ zone: String) -> InputChange { .node(NodeInput(zone: zone)) }
}
