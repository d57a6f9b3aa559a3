import Addressing
import NodeCheck

/// A node where some things are as they should be, some are not, and some can't be found out.
enum SickNode {
  static var facts: NodeFacts {
    var wanted = Wanted()
    wanted.serviceNetworks = [IPNetwork("10.96.0.0/12")].compactMap(\.self)
    wanted.strictARP = true
    var facts = NodeFacts(wanted: wanted)
    facts.kernel = .known(KernelRelease("5.4.0-216-generic", major: 5, minor: 4))
    facts.capabilities = .known(.max)
    facts.modules = Dictionary(
      uniqueKeysWithValues: NodeFacts.moduleNames(scheduler: "rr").map { ($0, ModuleState.present) })
    facts.settings = settings.mapValues { .known($0) }
    facts.settings["net/netfilter/nf_conntrack_max"] = .unreadable("Permission denied (errno 13)")
    facts.connectionTableBits = .known(8)
    facts.timeouts = .known(ConnectionTimeouts(tcp: 900, udp: 300))
    facts.servers = .known(VirtualServers(count: 3, realServerCount: 6, foreign: ["198.51.100.7:80/tcp"]))
    facts.iptables = [.ipv4: .known("1.8.9 (nf_tables)")]
    facts.nftables = .known(NFTables(tables: ["ip filter", "inet firewalld"]))
    facts.isRunning = true
    facts.interfaces = .known([
      Interface("eth0", addresses: addresses("192.168.7.9", "10.96.0.10")),
      Interface(NodeFacts.deviceName, addresses: addresses("10.96.0.1", "10.96.0.10")),
    ])
    return facts
  }

  private static let settings = [
    "net/ipv4/ip_forward": "0", "net/ipv4/vs/conntrack": "1", "net/ipv4/vs/expire_nodest_conn": "0",
    "net/ipv4/vs/expire_quiescent_template": "1", "net/ipv4/vs/conn_reuse_mode": "1",
    "net/ipv4/conf/all/rp_filter": "1", "net/ipv4/conf/eth0/rp_filter": "1",
    "net/ipv4/conf/all/arp_ignore": "0", "net/ipv4/conf/all/arp_announce": "0",
    "net/netfilter/nf_conntrack_tcp_timeout_established": "86400",
    "net/netfilter/nf_conntrack_udp_timeout": "30", "net/ipv4/ip_local_port_range": "10000\t65535",
    "net/ipv4/ip_local_reserved_ports": "",
  ]

  private static func addresses(_ texts: String...) -> [IPAddress] { texts.compactMap { IPAddress($0) } }
}
