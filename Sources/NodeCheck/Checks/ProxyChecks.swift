import Iptables

/// Who else serves Services here, or has left something behind.
extension Checks {
  @Sendable static func proxies(_ facts: NodeFacts) -> [Finding] {
    let check = "proxy"
    switch (facts.kubeProxy, facts.isRunning) {
    case (nil, true): return [.pass(check, "ipvs-proxy serves this node.")]
    case (nil, false): return [.pass(check, "No Service proxy works on this node.")]
    case (let process?, let isRunning):
      let remedy = Finding.Remedy(
        "Keep its DaemonSet off this node, or stop its service; what it has set up is taken over as it is "
          + "(docs/migration.md).")
      return isRunning
        ? [.fail(check, "kube-proxy (process \(process)) and ipvs-proxy undo each other's work.", remedy)]
        : [
          .warn(
            check, "kube-proxy (process \(process)) serves this node: ipvs-proxy won't start beside it.",
            remedy)
        ]
    }
  }

  @Sendable static func foreignServers(_ facts: NodeFacts) -> [Finding] {
    let check = "foreign-servers"
    guard let servers = facts.servers.value else {
      if case .unreadable(let reason) = facts.servers {
        return [.unreadable(check, "Virtual servers", reason)]
      }
      return [.pass(check, "There are no virtual servers.")]
    }
    guard !servers.foreign.isEmpty else {
      return [.pass(check, "Every virtual server (\(servers.count)) is recorded as a Service's.")]
    }
    return [
      .warn(
        check,
        "\(servers.foreign.count) of \(servers.count) virtual servers are no Service's: \(list(servers.foreign)). They "
          + "are left alone; a Service that wants the same address and port takes it over.",
        .init(
          "If keepalived or the like made them, all is well. If nobody did, look at them and delete them:",
          "ipvsadm -Ln", "ipvsadm -D \(ipvsadmName(servers.foreign[0]))"))
    ]
  }

  /// "-t 10.0.0.1:80" for "10.0.0.1:80/tcp"
  private static func ipvsadmName(_ server: String) -> String {
    let parts = server.split(separator: "/")
    let flags = ["tcp": "-t", "udp": "-u", "sctp": "--sctp-service"]
    return parts.count == 2 ? "\(flags[String(parts[1])] ?? "-t") \(parts[0])" : server
  }

  /// Chains of kube-proxy's iptables mode: their translation of destinations comes before IPVS.
  @Sendable static func iptablesModeLeftovers(_ facts: NodeFacts) -> [Finding] {
    let check = "iptables-mode"
    var found: [Finding] = []
    for store in facts.rules {
      guard let chains = store.saved.value?.tables[.nat] else { continue }
      let leftovers = chains.keys.filter { name in
        ["KUBE-SVC-", "KUBE-SEP-", "KUBE-EXT-", "KUBE-SVL-"].contains { name.hasPrefix($0) }
      }
      guard !leftovers.isEmpty else { continue }
      let isInForce = chains.contains { name, chain in
        !leftovers.contains(name) && chain.rules.contains { $0.target.map(leftovers.contains) ?? false }
      }
      let remedy = Finding.Remedy(
        "With no proxy running, take them away with the kube-proxy that made them, then start ipvs-proxy:",
        "kube-proxy --cleanup")
      let what = "\(leftovers.count) nat chains of kube-proxy's iptables mode are left (\(store.program))"
      found.append(
        isInForce
          ? .fail(
            check, "\(what) and in force: they send Services to old endpoints before IPVS sees them.", remedy)
          : .warn(check, "\(what). Nothing leads to them.", remedy))
    }
    return problems(found, orPass: check, "Nothing is left of kube-proxy's iptables mode.")
  }

  @Sendable static func nftablesModeLeftovers(_ facts: NodeFacts) -> [Finding] {
    let check = "nftables-mode"
    if case .unreadable(let reason) = facts.nftables {
      return [.unreadable(check, "nftables' tables", reason)]
    }
    let tables = (facts.nftables.value?.tables ?? []).filter {
      $0 == "ip kube-proxy" || $0 == "ip6 kube-proxy"
    }
    guard !tables.isEmpty else { return [.pass(check, "Nothing is left of kube-proxy's nftables mode.")] }
    return [
      .fail(
        check,
        "kube-proxy's nftables mode is in force (table \(list(tables))): it sends Services to endpoints before IPVS "
          + "sees them.",
        .init(
          "With no kube-proxy running, take it away:", commands: tables.map { "nft delete table \($0)" }))
    ]
  }

  @Sendable static func otherProxies(_ facts: NodeFacts) -> [Finding] {
    let check = "other-proxies"
    var signs: [String] = []
    let interfaces = Set((facts.interfaces.value ?? []).map(\.name))
    if interfaces.contains("kube-dummy-if") { signs.append("kube-router (device kube-dummy-if)") }
    if interfaces.contains("cilium_host") { signs.append("Cilium (device cilium_host)") }
    guard !signs.isEmpty else { return [.pass(check, "There is no sign of another Service proxy.")] }
    return [
      .warn(
        check, "\(signs.joined(separator: " and ")) may serve Services too.",
        .init(
          "Leave Services to one of them: kube-router with --run-service-proxy=false, Cilium with "
            + "kubeProxyReplacement=false."))
    ]
  }

  @Sendable static func deviceManagers(_ facts: NodeFacts) -> [Finding] {
    let check = "device-manager"
    guard !facts.deviceManagers.isEmpty else {
      return [.pass(check, "No program that configures interfaces says that kube-ipvs0 is its own.")]
    }
    return facts.deviceManagers.map { manager in
      .fail(
        check,
        "\(manager.rawValue) manages kube-ipvs0: it takes virtual addresses away when it is restarted.",
        manager.remedy)
    }
  }
}

extension DeviceManager {
  fileprivate var remedy: Finding.Remedy {
    switch self {
    case .networkManager:
      .init(
        "Tell it to leave the device alone:",
        #"printf '[keyfile]\nunmanaged-devices=interface-name:kube-ipvs0\n' > /etc/NetworkManager/conf.d/ipvs-proxy.conf"#,
        "nmcli general reload")
    case .systemdNetworkd:
      .init(
        "Tell it to leave the device alone:",
        #"printf '[Match]\nName=kube-ipvs0\n[Link]\nUnmanaged=yes\n' > /etc/systemd/network/01-kube-ipvs0.network"#,
        "networkctl reload")
    }
  }
}
