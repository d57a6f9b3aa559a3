import Addressing
import Iptables

/// Which iptables there is, and whether all of the node agrees on its backend.
extension Checks {
  @Sendable static func iptables(_ facts: NodeFacts) -> [Finding] {
    let check = "iptables"
    var found: [Finding] = []
    for family in facts.wanted.families {
      let program = family == .ipv4 ? "iptables" : "ip6tables"
      switch facts.iptables[family] ?? .absent {
      case .known: break
      case .absent:
        found.append(
          .fail(
            check, "\(program) is not installed: nothing can be masqueraded.",
            .init("Install it (Debian, RHEL: package iptables):", "apt-get install iptables")))
      case .unreadable(let reason):
        found.append(.unreadable(check, "The version of \(program)", reason))
      }
    }
    let versions = facts.iptables.values.compactMap(\.value)
    return problems(found, orPass: check, "iptables \(versions.min() ?? "") is installed.")
  }

  @Sendable static func ruleBackends(_ facts: NodeFacts) -> [Finding] {
    let check = "rule-backends"
    var found: [Finding] = []
    for store in facts.rules {
      if case .unreadable(let reason) = store.saved {
        found.append(.unreadable(check, "Rules of \(store.program)", reason))
      }
    }
    for family in facts.wanted.families {
      let stores = facts.rules.filter { $0.family == family && !($0.saved.value?.isEmpty ?? true) }
      guard let used = stores.first(where: \.isInUse), let other = stores.first(where: { !$0.isInUse })
      else { continue }
      found.append(bothBackends(used, other))
    }
    let used = facts.rules.filter(\.isInUse).map(\.program).sorted()
    return problems(
      found, orPass: check,
      used.isEmpty ? "There are no rules yet." : "All rules are in one backend (\(list(used))).")
  }

  private static func bothBackends(_ used: RuleStore, _ other: RuleStore) -> Finding {
    let check = "rule-backends"
    let sentence =
      "Rules are in both backends of iptables: \(used.program) is Kubernetes', and \(other.program) has"
    if other.saved.value?.hasServiceChains ?? false {
      return .fail(
        check,
        "\(sentence) chains of a Service proxy too: what they masquerade, drop or translate is out of date.",
        .init(
          "Take the old ones away (the first command shows them, the last deletes all rules of that backend, which "
            + "whoever else has rules there must put back):",
          "\(other.program)-save | grep KUBE-", "\(other.program) -t nat -F", "\(other.program) -F",
          "\(other.program) -t mangle -F"))
    }
    return .warn(
      check, "\(sentence) rules of others: a packet has to pass both, and neither program shows the other's.",
      .init("Find out whose they are, and make it use \(used.program):", "\(other.program)-save"))
  }
}

extension RuleStore.Rules {
  /// Chains that only a Service proxy has; KUBE-MARK-MASQ and KUBE-POSTROUTING were once kubelet's too.
  fileprivate var hasServiceChains: Bool {
    [("KUBE-SERVICES", Table.nat), ("KUBE-NODE-PORT", .nat), ("KUBE-NODEPORTS", .nat)].contains {
      name, table in
      tables[table]?[name].map { !$0.rules.isEmpty } ?? false
    }
  }
}
