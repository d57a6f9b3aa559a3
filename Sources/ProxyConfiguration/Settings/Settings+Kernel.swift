extension Settings {
  static let ipvs: [Setting] = [
    Setting(
      "proxy-mode", "mode", .mode, in: .ipvs,
      "How Services are made to work; ipvs is the only mode there is, and overrides the config file's.",
      aliases: ["mode"], staysBesideConfigFile: true, zero: .isDefaultInFile),
    Setting(
      "ipvs-scheduler", "ipvs.scheduler", .text(\.ipvs.scheduler, check: scheduler), in: .ipvs,
      "IPVS scheduler: rr, wrr, lc, wlc, lblc, lblcr, sh, dh, sed, nq, mh, …; without it, rr.",
      valueName: "name"),
    Setting(
      "ipvs-sync-period", "ipvs.syncPeriod", .duration(\.ipvs.syncPeriod, .positive), in: .ipvs,
      "Between two full comparisons with the kernel.", zero: .isDefaultInFile),
    Setting(
      "ipvs-min-sync-period", "ipvs.minSyncPeriod", .duration(\.ipvs.minimumSyncPeriod), in: .ipvs,
      "kube-proxy's shortest time between two rounds of changes.",
      effect: .none("a change is applied as it comes, and costs no more than what changes")),
    Setting(
      "ipvs-exclude-cidrs", "ipvs.excludeCIDRs", .networks(\.ipvs.excludedNetworks), in: .ipvs,
      "Networks whose virtual servers and addresses are never removed.", valueName: "cidrs"),
    Setting(
      "ipvs-strict-arp", "ipvs.strictARP", .bool(\.ipvs.strictARP), in: .ipvs,
      "Answer ARP for an address on its own interface only, as MetalLB needs it (arp_ignore 1, arp_announce 2)."
    ),
    Setting(
      "ipvs-tcp-timeout", "ipvs.tcpTimeout", .duration(\.ipvs.tcpTimeout), in: .ipvs,
      "IPVS timeout of idle TCP connections; 0 keeps the kernel's."),
    Setting(
      "ipvs-tcpfin-timeout", "ipvs.tcpFinTimeout", .duration(\.ipvs.tcpFinTimeout), in: .ipvs,
      "IPVS timeout of TCP connections after a FIN; 0 keeps the kernel's."),
    Setting(
      "ipvs-udp-timeout", "ipvs.udpTimeout", .duration(\.ipvs.udpTimeout), in: .ipvs,
      "IPVS timeout of UDP flows; 0 keeps the kernel's."),
    Setting(
      "drain-timeout", "drainTimeout", .duration(\.ipvs.drainTimeout), in: .ipvs,
      "How long a real server may drain after its endpoint has gone.", owner: .own),
  ]

  static let conntrack: [Setting] = [
    Setting(
      "conntrack-max-per-core", "conntrack.maxPerCore",
      .integer(\.conntrack.maximumPerCore, in: 0...int32), in: .conntrack,
      "Conntrack entries for each core; 0 leaves the kernel's, and ignores --conntrack-min."),
    Setting(
      "conntrack-min", "conntrack.min", .integer(\.conntrack.minimum, in: 0...int32), in: .conntrack,
      "Conntrack entries at least, however few the cores."),
    Setting(
      "conntrack-tcp-timeout-established", "conntrack.tcpEstablishedTimeout",
      .duration(\.conntrack.tcpEstablishedTimeout), in: .conntrack,
      "Conntrack timeout of idle TCP connections; 0 leaves the kernel's."),
    Setting(
      "conntrack-tcp-timeout-close-wait", "conntrack.tcpCloseWaitTimeout",
      .duration(\.conntrack.tcpCloseWaitTimeout), in: .conntrack,
      "Conntrack timeout of TCP connections in CLOSE_WAIT; 0 leaves the kernel's."),
    Setting(
      "conntrack-tcp-be-liberal", "conntrack.tcpBeLiberal", .bool(\.conntrack.tcpBeLiberal), in: .conntrack,
      "Let conntrack accept packets outside the TCP window."),
    Setting(
      "conntrack-udp-timeout", "conntrack.udpTimeout", .duration(\.conntrack.udpTimeout), in: .conntrack,
      "Conntrack timeout of UDP flows without an answer; 0 leaves the kernel's."),
    Setting(
      "conntrack-udp-timeout-stream", "conntrack.udpStreamTimeout",
      .duration(\.conntrack.udpStreamTimeout), in: .conntrack,
      "Conntrack timeout of answered UDP flows; 0 leaves the kernel's."),
  ]

  /// The kernel's limit is IP_VS_SCHEDNAME_MAXLEN, 16 bytes with the zero at the end.
  private static let scheduler: @Sendable (String) throws(ValueFlaw) -> String = { name throws(ValueFlaw) in
    let isPlain = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    guard name.utf8.count <= 15, isPlain else {
      throw ValueFlaw("must be the name of a kernel scheduler, as in ip_vs_NAME, not '\(name)'")
    }
    return name
  }
}

extension Binding {
  /// The mode is no part of the configuration: there is one. What is given is checked apart, because a flag goes before
  /// the file here.
  static let mode = Binding(type: .proxyMode, get: { _ in .text(ProxyMode.ipvs) }, set: { _, _ in })
}
