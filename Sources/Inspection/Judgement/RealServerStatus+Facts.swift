import Addressing
import Reconciler

extension RealServerStatus {
  init(_ facts: RealServerFacts) {
    address = facts.id.address.description
    port = facts.id.port
    weight = facts.verdict?.weight ?? 0
    weightInKernel = facts.known?.weight
    nodeName = facts.endpoint?.nodeName
    endpointSlice = facts.slice?.description
    state = facts.getsConnections ? .serving : facts.known == nil ? .out : .draining
    let why = facts.verdict?.sentence ?? "its endpoint has gone from every EndpointSlice"
    reason =
      switch state {
      case .draining: "\(why); \(facts.draining.sentence)"
      case .serving where !facts.isWanted:
        "\(why); it keeps its weight in the kernel until the next round, or until the source has been read whole"
      case .serving, .out: why
      }
  }
}

extension RealServerFacts {
  /// Whether it is to get new connections.
  var isWanted: Bool { verdict?.isServing ?? false }

  /// Whether it gets them, as it should or as it did until now.
  var getsConnections: Bool { isWanted || known?.weight ?? 0 > 0 }
}

extension EndpointVerdict {
  fileprivate var weight: UInt32 {
    switch self {
    case .serving(let weight), .servingLastResort(let weight): weight
    default: 0
    }
  }

  var sentence: String {
    switch self {
    case .serving: "ready"
    case .servingLastResort: "shuts down but still serves, and no endpoint is ready"
    case .weightZero: "ready, with weight 0 by annotation"
    case .notReady: "not ready"
    case .terminating: "shuts down"
    case .hintedElsewhere(_, let nodes) where !nodes.isEmpty:
      "ready, but its hints leave it to node \(nodes.joined(separator: ", "))"
    case .hintedElsewhere(let zones, _):
      "ready, but its hints leave it to zone \(zones.joined(separator: ", "))"
    case .otherNode(let name):
      "policy Local, and it is on "
        + (name.map { "node \($0)" } ?? "no node that its EndpointSlice names")
    }
  }
}

extension RealServerFacts.Draining? {
  fileprivate var sentence: String {
    guard let drain = self else { return "still in the kernel, to be drained or removed" }
    let since = "draining for \(seconds(drain.since)) s"
    guard let left = drain.left else { return "\(since), without bound while its endpoint is listed" }
    return "\(since), removed in \(seconds(left)) s at the latest"
  }

  private func seconds(_ duration: Duration) -> Int64 { duration.components.seconds }
}
