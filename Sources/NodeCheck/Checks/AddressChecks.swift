import Addressing

/// Addresses that two sides claim, and bridges whose pods answer past IPVS.
extension Checks {
  @Sendable static func addressConflicts(_ facts: NodeFacts) -> [Finding] {
    let check = "address-conflict"
    guard let interfaces = facts.interfaces.value else {
      if case .unreadable(let reason) = facts.interfaces { return [.unreadable(check, "Addresses", reason)] }
      return [.pass(check, "There are no addresses.")]
    }
    let virtual = Set(facts.virtualAddresses)
    var found: [Finding] = []
    for interface in interfaces where interface.name != NodeFacts.deviceName {
      for address in interface.addresses.sorted() {
        if virtual.contains(address) {
          found.append(
            .warn(
              check,
              "\(address) is a Service's, and \(interface.name) has it too: who deletes it in one place may cut off "
                + "the other.",
              .init(
                "Take it out of the Service (externalIPs, load balancer), or off the interface; NodeLocal DNS must not "
                  + "bind the ClusterIP of kube-dns.",
                "ip address show dev \(interface.name)")))
        } else if let network = facts.wanted.serviceNetworks.first(where: { $0.contains(address) }) {
          found.append(
            .fail(
              check,
              "\(address) of \(interface.name) is in the Service range \(network): a Service that gets it is refused.",
              .init("Give the node another address, or Services another range.")))
        }
      }
    }
    for network in facts.wanted.podNetworks {
      if let range = facts.wanted.serviceNetworks.first(where: network.overlaps) {
        found.append(
          .fail(
            check, "The pods' network \(network) and the Service range \(range) overlap.",
            .init("Change one of the two; an address can't be a pod's and a Service's.")))
      } else if let address = virtual.sorted().first(where: network.contains) {
        found.append(
          .fail(
            check, "The Service address \(address) is in the pods' network \(network).",
            .init("Take the Service range, and the addresses of load balancers, from outside it.")))
      }
    }
    return problems(found, orPass: check, "No address is a Service's and somebody else's.")
  }

  /// Routes into the Service range: another network uses those addresses.
  @Sendable static func routeConflicts(_ facts: NodeFacts) -> [Finding] {
    let check = "route-conflict"
    let services = facts.wanted.serviceNetworks + facts.virtualAddresses.map { IPNetwork(host: $0) }
    // What says nothing about single addresses, such as a default route, is no conflict.
    let found = facts.routes.filter { route in
      route.interface != NodeFacts.deviceName && route.interface != "lo" && route.network.prefixLength >= 8
        && services.contains { $0.overlaps(route.network) && $0.prefixLength <= route.network.prefixLength }
    }
    guard !found.isEmpty else { return [.pass(check, "No route leads into the addresses of Services.")] }
    return [
      .warn(
        check,
        "Routes lead into the addresses of Services: "
          + list(found.map { "\($0.network) by \($0.interface)" })
          + ". Another network has the same addresses, and one of the two can't be reached.",
        .init("Find out whose network it is, and give it or the Services another range:", "ip route show"))
    ]
  }

  /// Pods on one bridge answer each other directly, past IPVS, unless iptables sees bridged packets.
  @Sendable static func bridges(_ facts: NodeFacts) -> [Finding] {
    let check = "bridge-nf"
    let bridges = (facts.interfaces.value ?? []).filter { !($0.bridgePorts ?? []).isEmpty }
    guard !bridges.isEmpty else { return [.pass(check, "No bridge has pods on it.")] }
    let pods = facts.wanted.podNetworks
    var found: [Finding] = []
    for bridge in bridges {
      let families = Set(bridge.addresses.filter { !$0.isLinkLocal }.map(\.family))
      for family in facts.wanted.families where families.isEmpty || families.contains(family) {
        let name = family == .ipv4 ? "bridge-nf-call-iptables" : "bridge-nf-call-ip6tables"
        if facts.settings["net/bridge/\(name)"]?.value == "1" { continue }
        let isOfPods = bridge.addresses.contains { address in pods.contains { $0.contains(address) } }
        found.append(
          .problem(
            check, isGrave: isOfPods,
            "net.bridge.\(name) isn't 1, and \(bridge.name) is a bridge with \(list(bridge.bridgePorts ?? [])) on it: "
              + "a pod gets no answer from a Service whose endpoint is on the same bridge.",
            .init(
              "Have iptables see bridged packets; in /etc/modules-load.d and /etc/sysctl.d for the next boot too:",
              "modprobe br_netfilter", "sysctl -w net.bridge.\(name)=1")))
      }
    }
    return problems(found, orPass: check, "iptables sees bridged packets.")
  }
}
