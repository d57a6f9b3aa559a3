import Addressing
import Iptables

/// Packet filters that would stop traffic to Services. Arriving packets for a virtual address cross INPUT before IPVS
/// sees them; what IPVS sends on crosses OUTPUT, with the pod as its destination; replies of pods cross FORWARD, and so
/// do requests that another node sends to a pod here.
extension Checks {
  @Sendable static func inputPolicy(_ facts: NodeFacts) -> [Finding] {
    filter("INPUT", "input-policy", facts) { barrier, store in
      if barrier.accepts.contains(where: { $0.opensServices(facts) }) { return nil }
      let sets = store.family == .ipv4 ? "KUBE-" : "KUBE-6-"
      return .fail(
        "input-policy",
        "\(barrier.sentence(store)) and no rule before it accepts traffic to Services: clients other than the node get "
          + "no answer.",
        .init(
          "Accept what the sets of Services name, once ipvs-proxy has made them; for node ports likewise "
            + "KUBE-NODE-PORT-TCP (-p tcp, dst):",
          commands: ["CLUSTER-IP", "EXTERNAL-IP", "LOAD-BALANCER"].map {
            "\(store.program) \(barrier.insertion) -m set --match-set \(sets)\($0) dst,dst -j ACCEPT"
          }))
    }
  }

  @Sendable static func outputPolicy(_ facts: NodeFacts) -> [Finding] {
    filter("OUTPUT", "output-policy", facts) { barrier, store in
      let pods = facts.wanted.podNetworks.filter { $0.family == store.family }
      if barrier.accepts.contains(where: { $0.opensDestination(pods) }) { return nil }
      return .fail(
        "output-policy",
        "\(barrier.sentence(store)) and no rule before it accepts traffic to pods: IPVS' packets leave by OUTPUT.",
        .init(
          "Accept traffic to pods:",
          "\(store.program) \(barrier.insertion) -d \(pods.first?.description ?? "POD_CIDR") -j ACCEPT"))
    }
  }

  @Sendable static func forwardPolicy(_ facts: NodeFacts) -> [Finding] {
    filter("FORWARD", "forward-policy", facts) { barrier, store in
      let pods = facts.wanted.podNetworks.filter { $0.family == store.family }
      if barrier.accepts.contains(where: { $0.opensDestination(pods) }) { return nil }
      let pod = pods.first?.description ?? "POD_CIDR"
      let remedy = Finding.Remedy(
        "Accept traffic of pods, as most pod networks do by themselves:",
        "\(store.program) \(barrier.insertion) -s \(pod) -j ACCEPT",
        "\(store.program) \(barrier.insertion) -d \(pod) -j ACCEPT")
      if barrier.accepts.contains(where: \.acceptsReplies) {
        return .warn(
          "forward-policy",
          "\(barrier.sentence(store)), and before it only replies are accepted as far as is known: what other nodes "
            + "send to pods here is lost.", remedy)
      }
      return .fail(
        "forward-policy",
        "\(barrier.sentence(store)) and no rule before it accepts replies of pods: no Service answers clients from "
          + "outside.", remedy)
    }
  }

  private static func filter(
    _ chain: String, _ check: String, _ facts: NodeFacts, judge: (Barrier, RuleStore) -> Finding?
  ) -> [Finding] {
    var found: [Finding] = []
    var barriers = 0
    for store in facts.rules where facts.wanted.families.contains(store.family) {
      guard let chains = store.saved.value?.tables[.filter], let barrier = Barrier(chain, in: chains)
      else { continue }
      barriers += 1
      if let finding = judge(barrier, store) { found.append(finding) }
    }
    let isUnread = facts.rules.contains { $0.saved.value == nil }
    if found.isEmpty, isUnread { return [.unreadable(check, "The chain \(chain)", "see rule-backends")] }
    return problems(
      found, orPass: check,
      barriers == 0
        ? "\(chain) drops nothing by default." : "\(chain) drops by default and lets Services through.")
  }

  /// Firewalls whose rules iptables doesn't show, or that make them anew.
  @Sendable static func firewalls(_ facts: NodeFacts) -> [Finding] {
    let check = "firewall"
    var found: [Finding] = []
    let nftables = facts.nftables.value ?? NFTables()
    let viewed = ["ip filter", "ip6 filter"]
    for chain in nftables.dropping
    where ["input", "output", "forward"].contains(chain.hook) && !viewed.contains(chain.table) {
      found.append(
        .warn(
          check,
          "nftables' chain \(chain.name) of table \(chain.table) drops what none of its rules accepts (\(chain.hook)): "
            + "Services are blocked unless one lets them through, and rules of iptables can't undo it.",
          .init("Look whether a rule accepts traffic to Services and pods:", "nft list table \(chain.table)"))
      )
    }
    if nftables.tables.contains("inet firewalld") {
      found.append(
        .warn(
          check,
          "firewalld is at work: it rejects arriving traffic that its zones don't accept, Services included.",
          .init(
            "Put the pods' and the clients' networks into a zone that accepts, for example:",
            commands: (facts.wanted.podNetworks.isEmpty
              ? ["POD_CIDR"] : facts.wanted.podNetworks.map(\.description))
              .map { "firewall-cmd --permanent --zone=trusted --add-source=\($0)" } + [
                "firewall-cmd --reload"
              ])))
    }
    let hasUFW = facts.rules.contains { store in
      store.saved.value?.tables[.filter]?["ufw-before-input"].map { !$0.rules.isEmpty } ?? false
    }
    if hasUFW {
      found.append(
        .warn(
          check, "ufw is at work: it drops forwarded traffic and makes its rules anew at each reload.",
          .init("Let it forward, and name what may come in:", "ufw default allow routed", "ufw reload")))
    }
    return problems(
      found, orPass: check, "There is no sign of firewalld, ufw or another filter that drops by default.")
  }
}
