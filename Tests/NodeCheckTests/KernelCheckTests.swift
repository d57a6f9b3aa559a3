import Testing

@testable import NodeCheck

@Suite struct KernelCheckTests {
  @Test func anOldKernelIsToldWithWhatItCosts() {
    let facts = goodNode().with { $0.kernel = .known(KernelRelease("5.4.0-200-generic", major: 5, minor: 4)) }
    let finding = facts.worst(of: "kernel-version")
    #expect(finding?.status == .warn)
    #expect(finding?.sentence.contains("5.4.0-200-generic") == true)
    // Complaint #70747: with the setting at 1 connections stall for a second.
    #expect(facts.setting("net/ipv4/vs/conn_reuse_mode", "1").worst(of: "conn-reuse")?.status == .warn)
    #expect(facts.setting("net/ipv4/vs/conn_reuse_mode", "0").worst(of: "conn-reuse")?.status == .pass)
  }

  @Test func withoutTheRightToChangeTheNetworkNothingGoes() {
    let facts = goodNode().with { $0.capabilities = .known(~(1 << 12)) }
    #expect(facts.worst(of: "capabilities")?.status == .fail)
    #expect(goodNode().with { $0.capabilities = .known(1 << 12) }.worst(of: "capabilities")?.status == .pass)
  }

  @Test(arguments: [
    (ModuleState.present, Finding.Status.pass), (.loadable, .pass), (.missing, .fail), (.unknown, .warn),
  ])
  func modulesMayBeLoadedOrLoadable(state: ModuleState, status: Finding.Status) {
    for (module, check) in [
      ("ip_vs", "ipvs"), ("ip_vs_rr", "scheduler"), ("dummy", "modules"), ("xt_set", "modules"),
    ] {
      let finding = goodNode().with { $0.modules[module] = state }.worst(of: check)
      #expect(finding?.status == status, "\(module)")
      if status != .pass { #expect(finding?.remedy?.commands == ["modprobe -a \(module)"]) }
    }
  }

  @Test func theSchedulersThatServicesCanAskForAreNamed() {
    let facts = goodNode().with {
      $0.modules["ip_vs_mh"] = .missing
      $0.modules["ip_vs_sh"] = .loadable
    }
    let sentence = facts.worst(of: "scheduler")?.sentence ?? ""
    #expect(sentence.contains(" sh,") && !sentence.contains("mh"))
  }

  @Test func aConnectionTableThatIsTooSmallIsToldWithTheRightSize() {
    let facts = goodNode().setting("net/netfilter/nf_conntrack_count", "100000")
    let finding = facts.worst(of: "connection-table")
    #expect(finding?.status == .warn)
    #expect(
      finding?.remedy?.commands == ["echo 'options ip_vs conn_tab_bits=17' > /etc/modprobe.d/ip_vs.conf"])
    #expect(facts.with { $0.connectionTableBits = .known(17) }.worst(of: "connection-table")?.status == .pass)
  }

  @Test func estimatingManyServersInOneTimerIsTold() {
    let many = goodNode().with { $0.servers = .known(VirtualServers(count: 10_000, realServerCount: 50_000)) }
    #expect(many.worst(of: "estimation")?.status == .warn)
    #expect(many.setting("net/ipv4/vs/run_estimation", "1").worst(of: "estimation")?.status == .pass)
  }
}
