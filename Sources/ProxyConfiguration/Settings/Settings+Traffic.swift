extension Settings {
  static let node: [Setting] = [
    Setting(
      "hostname-override", "hostnameOverride", .text(\.node.hostnameOverride, check: nodeName), in: .node,
      "Name of this node, as its Node object and endpoints have it; without it, the host name.",
      valueName: "name", staysBesideConfigFile: true),
    Setting(
      "bind-address", "bindAddress", .address(\.node.bindAddress), in: .node,
      """
      This node's address, in place of what its Node object says, and so its primary IP family. The name is \
      kube-proxy's: nothing listens on it.
      """, zero: .isDefaultInFile),
  ]

  static let traffic: [Setting] = [
    Setting(
      "detect-local-mode", "detectLocalMode", .choice(\.traffic.detectLocalMode, as: .localMode),
      in: .traffic,
      "How traffic of pods is told from other traffic: ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix.",
      zero: .isDefaultInFile),
    Setting(
      "cluster-cidr", "clusterCIDR", .joinedNetworks(\.traffic.clusterCIDRs), in: .traffic,
      """
      Networks of the pods, comma-separated, for ClusterCIDR: traffic to a ClusterIP from elsewhere is \
      masqueraded.
      """, valueName: "cidrs", zero: .isDefaultInFile),
    Setting(
      "pod-bridge-interface", "detectLocal.bridgeInterface",
      .text(\.traffic.bridgeInterface, check: interfaceName), in: .traffic,
      "The bridge of the pods, for BridgeInterface.", valueName: "name"),
    Setting(
      "pod-interface-name-prefix", "detectLocal.interfaceNamePrefix",
      .text(\.traffic.interfaceNamePrefix, check: interfaceName), in: .traffic,
      "How the names of the pods' interfaces begin, for InterfaceNamePrefix.", valueName: "prefix"),
    Setting(
      "masquerade-all", "iptables.masqueradeAll", .bool(\.traffic.masqueradeAll), in: .traffic,
      "Masquerade all traffic to ClusterIPs."),
    Setting(
      "iptables-masquerade-bit", "iptables.masqueradeBit",
      .integer(\.traffic.masqueradeBit, in: 0...31), in: .traffic,
      "Bit of the packet mark that asks for masquerading, 0 to 31.", valueName: "bit"),
    Setting(
      "masquerade-ports", "masqueradePorts", .portRange(\.traffic.masqueradePorts), in: .traffic,
      """
      Source ports that masquerading may choose, for who has firewalls that expect certain ones. By default the kernel \
      chooses.
      """, owner: .own, valueName: "from-to"),
    Setting(
      "nodeport-addresses", "nodePortAddresses", .nodePortAddresses, in: .traffic,
      """
      Where node ports are served: networks, comma-separated, or 'primary' for the addresses that the Node object \
      names first; by default every address of the node.
      """, valueName: "cidrs"),
    Setting(
      "guards", "guards", .bool(\.traffic.guards), in: .traffic,
      "Whether the guard rules are in force: source ranges, no host port behind a virtual IP, policy Local.",
      owner: .own),
    Setting(
      "source-ranges-on-node-ports", "sourceRangesOnNodePorts", .bool(\.traffic.sourceRangesOnNodePorts),
      in: .traffic, "Apply loadBalancerSourceRanges to node ports too.", owner: .own),
  ]

  private static let nodeName: @Sendable (String) throws(ValueFlaw) -> String = { text throws(ValueFlaw) in
    let name = text.trimmed.lowercased()
    guard text.isEmpty || !name.isEmpty else { throw ValueFlaw("must not be blank") }
    return name
  }

  /// What the kernel takes as an interface's name (dev_valid_name of net/core/dev.c), without iptables' wildcard.
  private static let interfaceName: @Sendable (String) throws(ValueFlaw) -> String = {
    name throws(ValueFlaw) in
    let isPlain = name.utf8.allSatisfy {
      $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":")
    }
    guard name.utf8.count <= 15, isPlain, name != ".", name != "..", !name.hasSuffix("+") else {
      throw ValueFlaw("can't be '\(name)': no interface can have such a name")
    }
    return name
  }
}
