import Addressing
import Testing

@testable import NodeCheck

@Suite struct SettingCheckTests {
  private static let needed = [
    ("ip-forward", "net/ipv4/ip_forward", "net.ipv4.ip_forward=1"),
    ("ipvs-conntrack", "net/ipv4/vs/conntrack", "net.ipv4.vs.conntrack=1"),
  ]

  @Test(arguments: needed) func whatIsNeededFailsOnANodeThatIsServed(
    check: String, key: String, command: String
  ) {
    let finding = goodNode().setting(key, "0").worst(of: check)
    #expect(finding?.status == .fail)
    #expect(finding?.remedy?.commands == ["sysctl -w \(command)"])
  }

  /// Complaints #71514 (stale connections) and #71809 (affinity to a pod that is gone).
  @Test(arguments: ["expire_nodest_conn", "expire_quiescent_template"])
  func whatSomeServicesMissIsAWarning(name: String) {
    let finding = goodNode().setting("net/ipv4/vs/\(name)", "0").worst(of: "ipvs-expiry")
    #expect(finding?.status == .warn)
    #expect(finding?.remedy?.commands == ["sysctl -w net.ipv4.vs.\(name)=1"])
  }

  @Test(arguments: needed)
  func beforeTheFirstStartTheProgramWillSetThem(check: String, key: String, command: String) {
    let facts = goodNode().setting(key, "0").with {
      $0.isRunning = false
      $0.interfaces = .known([])
    }
    let finding = facts.worst(of: check)
    #expect(finding?.status == .pass)
    #expect(finding?.sentence.contains("ipvs-proxy sets it to 1 when it starts") == true)
  }

  @Test func ipv6ForwardingMattersWhereIPv6IsServed() {
    let facts = goodNode().setting("net/ipv6/conf/all/forwarding", "0")
    #expect(facts.worst(of: "ipv6-forward")?.status == .warn)
    #expect(facts.with { $0.wanted.families = [.ipv4] }.worst(of: "ipv6-forward")?.status == .pass)
  }

  @Test(arguments: [
    ("0", "1", true), ("1", "0", true), ("1", "1", true), ("2", "1", false), ("0", "2", false),
    ("1", "2", false),
  ])
  func theStricterOfAllAndTheInterfaceCounts(all: String, interface: String, isStrict: Bool) {
    let finding = goodNode().setting("net/ipv4/conf/all/rp_filter", all)
      .setting("net/ipv4/conf/eth0/rp_filter", interface).worst(of: "rp-filter")
    #expect(finding?.status == (isStrict ? .warn : .pass))
    if isStrict {
      #expect(finding?.sentence.contains("eth0") == true)
      #expect(finding?.remedy?.commands == ["sysctl -w net.ipv4.conf.all.rp_filter=2"])
    }
  }

  /// Complaint #59976: ARP for addresses that MetalLB or kube-vip announce.
  @Test func strictARPCountsWhereItIsAskedFor() {
    let facts = goodNode().setting("net/ipv4/conf/all/arp_ignore", "0")
    #expect(facts.worst(of: "strict-arp")?.status == .pass)
    #expect(facts.with { $0.wanted.strictARP = true }.worst(of: "strict-arp")?.status == .warn)
  }

  @Test(arguments: [(900, Finding.Status.pass), (98_304, .warn), (117_964, .warn), (130_000, .fail)])
  func aTableThatFillsUpIsTold(count: Int, status: Finding.Status) {
    let finding = goodNode().setting("net/netfilter/nf_conntrack_count", "\(count)").worst(
      of: "conntrack-table")
    #expect(finding?.status == status)
    if status != .pass {
      #expect(finding?.remedy?.commands == ["sysctl -w net.netfilter.nf_conntrack_max=262144"])
    }
  }

  /// Complaints #80298 and #120076.
  @Test func timeoutsThatDisagreeAreTold() {
    let tcp = goodNode().setting("net/netfilter/nf_conntrack_tcp_timeout_established", "86400")
    #expect(tcp.worst(of: "timeouts")?.status == .warn)
    #expect(tcp.worst(of: "timeouts")?.remedy?.sentence.contains("--ipvs-tcp-timeout=86400s") == true)
    let udp = goodNode().setting("net/netfilter/nf_conntrack_udp_timeout_stream", "600")
    #expect(udp.worst(of: "timeouts")?.remedy?.sentence.contains("--ipvs-udp-timeout=600s") == true)
  }

  /// Complaint #120076.
  @Test func anIPVSTimeoutThatConnectionTrackingCutsShortIsTold() {
    var facts = goodNode().setting("net/netfilter/nf_conntrack_udp_timeout_stream", "120")
    facts.timeouts = .known(ConnectionTimeouts(tcp: 900, udp: 600))
    #expect(facts.worst(of: "timeouts")?.status == .pass, "nobody has asked for it")
    facts.wanted.udpTimeouts.ipvs = 600
    let finding = facts.worst(of: "timeouts")
    #expect(finding?.status == .warn)
    #expect(finding?.sentence.contains("forgets it after 120 s") == true)
    #expect(finding?.remedy?.sentence.contains("--conntrack-udp-timeout-stream=600s") == true)
    // With the remedy, before and after it has been carried out.
    facts.wanted.udpTimeouts.conntrackStream = 600
    #expect(facts.worst(of: "timeouts")?.status == .pass)
    facts = facts.setting("net/netfilter/nf_conntrack_udp_timeout_stream", "600")
    #expect(facts.worst(of: "timeouts")?.status == .pass)
  }

  /// Complaint #139276.
  @Test func nodePortsAmongTheNodesOwnPortsAreTold() {
    let facts = goodNode().setting("net/ipv4/ip_local_port_range", "10000\t65535")
    let finding = facts.worst(of: "port-range")
    #expect(finding?.status == .warn)
    #expect(finding?.remedy?.commands == ["sysctl -w net.ipv4.ip_local_reserved_ports=30000-32767"])
    #expect(
      facts.setting("net/ipv4/ip_local_reserved_ports", "8080,30000-32767").worst(of: "port-range")?.status
        == .pass)
  }
}
