import Reconciler

/// One change of one Service, from `before` to `after`.
struct Scenario {
  let name: String
  let before: @Sendable (Sample) -> [InputChange]
  let after: @Sendable (Sample) -> [InputChange]

  static let all: [Scenario] = [
    .changing("nothing") { _ in },
    .changing("endpoint added, on another node") { $0.addEndpoint(on: "another-node") },
    .changing("endpoint added, on this node") { $0.addEndpoint(on: Node.name) },
    .changing("endpoint no longer ready") { $0.endpoints[0].isReady = false },
    .changing("endpoint removed") { $0.endpoints.removeFirst() },
    .changing("port changed") { $0.port = 81 },
    Scenario(name: "Service added", before: \.remove, after: \.put),
    Scenario(name: "Service removed", before: \.put, after: \.remove),
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
