import Addressing
import Reconciler

extension ConnectionPath {
  /// Follows the first packet of a new connection through rules and IPVS as they are when all that is wanted is in force;
  /// where something isn't yet, a step says so. What others do (policies of INPUT, OUTPUT and FORWARD, network policies,
  /// a pod that doesn't listen) is not known here.
  public init(_ facts: DestinationFacts, rules: TrafficRules) {
    let packet = Packet(facts, rules)
    destination = facts.id.description
    source = facts.source.map { "\($0.address)" }
    service = facts.holder.map { "\($0.key)" }
    responders = []
    others = []
    guard let claim = facts.claim else {
      let stranger = Stranger(packet)
      (outcome, summary, steps) = (stranger.outcome, stranger.summary, stranger.steps)
      return
    }
    steps = Self.arrival(packet, claim)
    others = claim.servers.filter { !$0.getsConnections }.map(RealServerStatus.init)
    if let drop = Guarding(packet) {
      steps.append(Step(place: drop.place, text: "dropped: \(drop.why)"))
      (outcome, summary) = (.dropped, drop.why)
      return
    }
    let masquerading = Masquerading(packet)
    steps.append(
      Step(
        place: "nat KUBE-SERVICES",
        text: "\(masquerading.isMarked ? "marked" : "not marked") for masquerade: \(masquerading.why)"))
    let serving = claim.servers.filter(\.getsConnections)
    guard !serving.isEmpty else {
      let advice = claim.servers.isEmpty ? "it has no endpoint" : "none of its endpoints serves"
      steps.append(
        Step(place: "IPVS", text: "refused: \(claim.id) has no real server with a weight: \(advice)"))
      (outcome, summary) = (.refused, "\(claim.reason.service): \(advice)")
      return
    }
    responders = serving.map { Responder($0, packet, masquerading) }
    steps += Self.delivery(packet, claim, masquerading, responders)
    (outcome, summary) = (.answered, Self.summary(claim, responders))
  }

  private static func summary(_ claim: ClaimFacts, _ responders: [Responder]) -> String {
    let seen = Set(responders.map(\.source))
    let source =
      seen == [.node]
      ? "the node's address"
      : seen == [.own] ? "the client's address" : "the client's address, itself the node's"
    let (number, verb) =
      responders.count == 1 ? ("1 endpoint", "sees") : ("\(responders.count) endpoints", "see")
    return "\(claim.reason) answers: \(number), which \(verb) \(source)"
  }

  // MARK: - Steps

  private static func arrival(_ packet: Packet, _ claim: ClaimFacts) -> [Step] {
    let facts = packet.facts
    let address =
      claim.bindsAddress
      ? "\(facts.id.address) is on kube-ipvs0, so it is local\(claim.isBound ? "" : " (not yet)")"
      : "\(facts.id.address) is an address of this node"
    var steps = [Step(place: "routing", text: address)]
    let (state, reason) = claim.judgement
    let isInForce = state == .programmed || state == .noEndpoints
    steps.append(
      Step(
        place: "Service",
        text: "\(claim.id) is the \(claim.reason)\(isInForce ? "" : "; \(state.rawValue): \(reason)")"))
    if !facts.rivals.isEmpty {
      let rivals = facts.rivals.map(\.description).joined(separator: ", ")
      steps.append(Step(place: "Service", text: "\(rivals) asked for it too, and is younger"))
    }
    if facts.sets.contains(.loadBalancerFirewall), packet.rules.guards, Guarding(packet) == nil {
      let chain = packet.isFromNode ? "mangle KUBE-IPVS-MANGLE-OUT" : "filter KUBE-SOURCE-RANGES-FIREWALL"
      steps.append(Step(place: chain, text: "passes: the source is in loadBalancerSourceRanges"))
    }
    return steps
  }

  private static func delivery(
    _ packet: Packet, _ claim: ClaimFacts, _ masquerading: Masquerading, _ responders: [Responder]
  ) -> [Step] {
    let server = claim.virtualServer
    let sticky = server.persistence.map { "; a client keeps its real server for \($0) s" } ?? ""
    var steps = [
      Step(
        place: "IPVS",
        text:
          "one of \(responders.count), by scheduler \(server.scheduler), from \(claim.list.sentence)\(sticky)"
      )
    ]
    if masquerading.isMarked {
      steps.append(Step(place: "nat KUBE-POSTROUTING", text: "masqueraded: the pod sees the node's address"))
    } else if responders.contains(where: { $0.source == .node && $0.address == packet.source.description }) {
      steps.append(
        Step(
          place: "nat KUBE-POSTROUTING",
          text: "KUBE-LOOP-BACK: masqueraded where the pod itself is chosen; others see the client's address")
      )
    } else {
      let seen = packet.isFromNode ? "the node's address" : "\(packet.source)"
      steps.append(Step(place: "nat KUBE-POSTROUTING", text: "not masqueraded: the pod sees \(seen)"))
    }
    return steps
  }
}

extension ConnectionPath.Responder {
  fileprivate init(_ server: RealServerFacts, _ packet: Packet, _ masquerading: Masquerading) {
    address = server.id.address.description
    port = server.id.port
    weight = server.isWanted ? RealServerStatus(server).weight : server.known?.weight ?? 0
    nodeName = server.endpoint?.nodeName
    let isHairpin = packet.source == server.id.address && packet.facts.hairpins.contains(server.id)
    source = masquerading.isMarked || isHairpin || packet.isFromNode ? .node : .own
  }
}
