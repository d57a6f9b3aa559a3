/// What has to be read, by name, for the checks to have something to judge.
extension NodeFacts {
  public static func moduleNames(scheduler: String) -> Set<String> {
    Set(["ip_vs", "ip_vs_\(scheduler)"] + Checks.schedulers.map { "ip_vs_\($0)" } + Checks.neededModules)
  }

  /// Below /proc/sys; besides these, rp_filter of every interface.
  public static let settingKeys: [String] =
    [
      "net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding", "net/ipv4/conf/all/arp_ignore",
      "net/ipv4/conf/all/arp_announce", "net/ipv4/ip_local_port_range", "net/ipv4/ip_local_reserved_ports",
      "net/bridge/bridge-nf-call-iptables", "net/bridge/bridge-nf-call-ip6tables",
    ]
    + ["conntrack", "expire_nodest_conn", "expire_quiescent_template", "conn_reuse_mode", "run_estimation"]
    .map { "net/ipv4/vs/\($0)" }
    + ["max", "count", "tcp_timeout_established", "udp_timeout", "udp_timeout_stream"]
    .map { "net/netfilter/nf_conntrack_\($0)" }
}
