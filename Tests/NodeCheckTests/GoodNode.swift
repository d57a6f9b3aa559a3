import Addressing
import Iptables

@testable import NodeCheck

/// A node on which everything passes, to be spoilt by tests.
func goodNode() -> NodeFacts {
  var facts = NodeFacts(wanted: wanted())
  facts.kernel = .known(KernelRelease("6.1.0-56-amd64", major: 6, minor: 1))
  facts.capabilities = .known(.max)
  facts.modules = Dictionary(
    uniqueKeysWithValues: NodeFacts.moduleNames(scheduler: "rr").map { ($0, ModuleState.present) })
  facts.settings = [
    "net/ipv4/ip_forward": "1", "net/ipv6/conf/all/forwarding": "1", "net/ipv4/vs/conntrack": "1",
    "net/ipv4/vs/expire_nodest_conn": "1", "net/ipv4/vs/expire_quiescent_template": "1",
    "net/ipv4/conf/all/rp_filter": "0", "net/ipv4/conf/eth0/rp_filter": "2",
    "net/netfilter/nf_conntrack_max": "131072", "net/netfilter/nf_conntrack_count": "900",
    "net/netfilter/nf_conntrack_tcp_timeout_established": "900",
    "net/netfilter/nf_conntrack_udp_timeout": "30",
    "net/ipv4/ip_local_port_range": "32768\t60999", "net/ipv4/ip_local_reserved_ports": "",
  ].mapValues { .known($0) }
  facts.connectionTableBits = .known(12)
  facts.timeouts = .known(ConnectionTimeouts(tcp: 900, udp: 300))
  facts.servers = .known(VirtualServers(count: 3, realServerCount: 6))
  facts.iptables = [.ipv4: .known("1.8.9 (nf_tables)"), .ipv6: .known("1.8.9 (nf_tables)")]
  facts.rules = [store(":INPUT ACCEPT [0:0]\n:KUBE-FORWARD - [0:0]", table: "filter")]
  facts.nftables = .known(NFTables(tables: ["ip filter", "ip nat"]))
  facts.isRunning = true
  facts.interfaces = .known([
    Interface("eth0", addresses: [address("192.168.7.9")]),
    Interface(NodeFacts.deviceName, addresses: [address("10.96.0.1"), address("10.96.0.10")]),
  ])
  facts.routes = [
    Route(network("0.0.0.0/0"), interface: "eth0"), Route(network("10.244.3.0/24"), interface: "cni0"),
  ]
  return facts
}

private func wanted() -> Wanted {
  var wanted = Wanted()
  wanted.families = [.ipv4, .ipv6]
  wanted.serviceNetworks = [network("10.96.0.0/12")]
  wanted.podNetworks = [network("10.244.0.0/16")]
  return wanted
}

/// Rules of IPv4 in the backend that is in use, from text of iptables-save.
func store(_ text: String, table: String, program: String = "iptables-nft", isInUse: Bool = true) -> RuleStore
{
  RuleStore(
    program: program, family: program.hasPrefix("ip6") ? .ipv6 : .ipv4, isInUse: isInUse,
    saved: .known(RuleStore.Rules(SavedRules("*\(table)\n\(text)\nCOMMIT\n") ?? SavedRules())))
}

func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(ipv4: 0) }
func network(_ text: String) -> IPNetwork { IPNetwork(text) ?? IPNetwork(host: IPAddress(ipv4: 0)) }

extension NodeFacts {
  /// The findings of one check.
  func findings(of check: String) -> [Finding] { findings.filter { $0.check == check } }

  /// The gravest finding of one check.
  func worst(of check: String) -> Finding? {
    let found = findings(of: check)
    return found.first { $0.status == .fail } ?? found.first { $0.status == .warn } ?? found.first
  }

  func with(_ change: (inout NodeFacts) -> Void) -> NodeFacts {
    var facts = self
    change(&facts)
    return facts
  }

  func setting(_ key: String, _ value: String) -> NodeFacts { with { $0.settings[key] = .known(value) } }
}
