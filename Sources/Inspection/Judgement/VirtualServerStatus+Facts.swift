import Addressing
import Reconciler

extension VirtualServerStatus {
  init(_ facts: ClaimFacts) {
    address = facts.id.address.description
    port = facts.id.port
    transport = facts.id.transport.description
    portName = facts.reason.portName
    rule = facts.reason.rule.rawValue
    scheduler = facts.virtualServer.scheduler.rawValue
    persistenceSeconds = facts.virtualServer.persistence
    (state, reason) = facts.judgement
    endpointList = facts.list.sentence
    heldBy = facts.holder.description
    bindsAddress = facts.bindsAddress
    realServers = facts.servers.map(RealServerStatus.init)
    setMembers = (facts.members + facts.hairpin).map(SetMemberStatus.init)
  }
}

extension EndpointList {
  var sentence: String {
    switch self {
    case .cluster: "endpoints of every node"
    case .local: "endpoints of this node only (policy Local)"
    case .clusterForWantOfLocal:
      "endpoints of every node, for policy Local finds none here: only pods and the node itself get through"
    }
  }
}

extension ClaimFacts {
  /// How far it is in force, and why.
  var judgement: (state: ProgrammingState, reason: String) {
    guard isHeld else { return (.conflict, "\(id) belongs to \(holder), which is older") }
    if let failure = failures.first {
      let more = failures.count == 1 ? "" : " (and \(failures.count - 1) more)"
      return (.degraded, "\(failure.error)\(more)")
    }
    if let missing = firstDifference { return (.pending, missing) }
    if !servers.contains(where: \.isWanted) {
      return (.noEndpoints, "no endpoint serves")
    }
    return (.programmed, "")
  }

  /// What the kernel hasn't yet, or has otherwise.
  private var firstDifference: String? {
    guard let known else { return "virtual server \(id) is not in the kernel yet" }
    if known != virtualServer { return "virtual server \(id) has other settings in the kernel" }
    if let member = (members + hairpin).first(where: { !$0.isThere }) {
      return "\(member.entry) is not in the kernel yet"
    }
    if bindsAddress && !isBound { return "\(id.address) is not on kube-ipvs0 yet" }
    let late = servers.first { server in
      guard case .serving(let weight) = server.verdict else { return false }
      return server.known?.weight != weight
    }
    if let late { return "real server \(late.id) is not in the kernel with its weight yet" }
    let kept = servers.first { !$0.isWanted && $0.getsConnections }
    return kept.map { "real server \($0.id) still gets connections" }
  }
}
