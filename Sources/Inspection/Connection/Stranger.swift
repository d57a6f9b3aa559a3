import Addressing
import Reconciler

/// An address and port that no Service has: whose it is, and what becomes of a connection to it.
struct Stranger {
  let outcome: ConnectionPath.Outcome
  let summary: String
  let steps: [ConnectionPath.Step]

  init(_ packet: Packet) {
    let facts = packet.facts
    var steps: [ConnectionPath.Step] = []
    if let known = facts.known {
      steps.append(.init(place: "IPVS", text: Self.text(known, isOurs: facts.isOurs)))
      self.steps = steps
      outcome = .notAService
      summary = Self.text(known, isOurs: facts.isOurs)
      return
    }
    let isVirtual = facts.sets.contains(.boundAddresses) || !facts.neighbours.isEmpty && !facts.isNodeAddress
    if isVirtual {
      steps.append(
        .init(place: "routing", text: "\(facts.id.address) is on kube-ipvs0\(Self.neighbours(facts))"))
      if facts.sets.contains(.healthCheckNodePort) {
        outcome = .notAService
        summary = "the port is a health check port: this program answers it"
      } else if packet.rules.guards {
        outcome = .refused
        summary = "no Service has port \(facts.id.port)/\(facts.id.transport) of \(facts.id.address)"
        steps.append(
          .init(
            place: "filter KUBE-IPVS-FILTER",
            text: "rejected: no port of the host is reached by a virtual address"))
      } else {
        outcome = .notAService
        summary =
          "no Service has port \(facts.id.port)/\(facts.id.transport) of \(facts.id.address); without guards whatever "
          + "listens on the host's port \(facts.id.port) answers"
      }
    } else {
      outcome = .notAService
      summary =
        facts.isBound
        ? "\(facts.id.address) is still on kube-ipvs0, though no Service asks for it: if KUBE-IPVS-IPS has it, it goes "
          + "once the source has been read whole" : Self.owner(facts)
      steps.append(.init(place: "routing", text: summary))
    }
    self.steps = steps
  }

  private static func text(_ known: VirtualServerState, isOurs: Bool) -> String {
    let servers = "\(known.realServers.count) real server\(known.realServers.count == 1 ? "" : "s")"
    return isOurs
      ? "the virtual server is ours, with \(servers), but no Service asks for it any more: it goes with the next round, "
        + "or once the source has been read whole"
      : "a virtual server of somebody else has it, with \(servers): it is in none of the KUBE- sets and left alone"
  }

  private static func neighbours(_ facts: DestinationFacts) -> String {
    let served = facts.neighbours.prefix(5).map { "\($0.id.port)/\($0.id.transport) (\($0.reason.service))" }
    let more = facts.neighbours.count > 5 ? " and \(facts.neighbours.count - 5) more" : ""
    return served.isEmpty ? "" : "; served there: \(served.joined(separator: ", "))\(more)"
  }

  /// Whose an address is that is no virtual one.
  private static func owner(_ facts: DestinationFacts) -> String {
    let address = facts.id.address
    if let refused = facts.refused.first {
      return "\(refused.service) asks for \(address) and doesn't get it: \(refused.why)"
    }
    if facts.isNodeAddress {
      if facts.sets.contains(.healthCheckNodePort) && facts.id.transport == .tcp {
        return "\(address) is this node's, and the port a health check port: this program answers it"
      }
      return "\(address) is this node's, and \(facts.id.port)/\(facts.id.transport) no node port"
        + "\(neighbours(facts)): whatever listens on the host answers"
    }
    if let service = facts.endpointOf.first {
      let node = facts.endpointNode.map { " on node \($0)" } ?? ""
      return "\(address) is an endpoint of \(service)\(node), reached directly: no Service is involved"
    }
    if let range = facts.serviceRange {
      return "nobody serves \(address): it lies in the Service range \(range), but no Service has it"
    }
    return "nobody here serves \(address): it goes where the routing table says"
  }
}
