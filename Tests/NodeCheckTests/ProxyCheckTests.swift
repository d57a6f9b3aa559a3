import Testing

@testable import NodeCheck

@Suite struct ProxyCheckTests {
  @Test func aRunningKubeProxyIsToldAndTwoProxiesFail() {
    let both = goodNode().with { $0.kubeProxy = 4711 }
    #expect(both.worst(of: "proxy")?.status == .fail)
    let before = both.with { $0.isRunning = false }
    #expect(before.worst(of: "proxy")?.status == .warn)
    #expect(before.worst(of: "proxy")?.sentence.contains("process 4711") == true)
  }

  /// Complaint #59507: virtual servers of others were deleted; here they are told of.
  @Test func virtualServersOfOthersAreNamed() {
    let facts = goodNode().with {
      $0.servers = .known(VirtualServers(count: 4, foreign: ["198.51.100.7:53/udp"]))
    }
    let finding = facts.worst(of: "foreign-servers")
    #expect(finding?.status == .warn)
    #expect(finding?.sentence.contains("198.51.100.7:53/udp") == true)
    #expect(finding?.remedy?.commands == ["ipvsadm -Ln", "ipvsadm -D -u 198.51.100.7:53"])
  }

  @Test func chainsOfIptablesModeFailWhereSomethingLeadsToThem() {
    let chains =
      ":KUBE-SERVICES - [0:0]\n:KUBE-SVC-ABC - [0:0]\n:KUBE-SEP-DEF - [0:0]\n-A KUBE-SVC-ABC -j KUBE-SEP-DEF"
    let left = goodNode().with { $0.rules.append(store(chains, table: "nat")) }
    #expect(left.worst(of: "iptables-mode")?.status == .warn)
    let inForce = goodNode().with {
      $0.rules.append(
        store(chains + "\n-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -j KUBE-SVC-ABC", table: "nat"))
    }
    #expect(inForce.worst(of: "iptables-mode")?.status == .fail)
    #expect(inForce.worst(of: "iptables-mode")?.remedy?.commands == ["kube-proxy --cleanup"])
  }

  @Test func nftablesModeFails() {
    let facts = goodNode().with {
      $0.nftables = .known(NFTables(tables: ["ip kube-proxy", "ip6 kube-proxy"]))
    }
    #expect(facts.worst(of: "nftables-mode")?.status == .fail)
    #expect(
      facts.worst(of: "nftables-mode")?.remedy?.commands
        == ["nft delete table ip kube-proxy", "nft delete table ip6 kube-proxy"])
  }

  @Test(arguments: ["kube-dummy-if", "cilium_host"]) func otherProxiesAreKnownByTheirDevices(device: String) {
    let facts = goodNode().with { $0.interfaces = .known([Interface(device)]) }
    #expect(facts.worst(of: "other-proxies")?.status == .warn)
    #expect(facts.worst(of: "other-proxies")?.sentence.contains(device) == true)
  }

  @Test(arguments: DeviceManager.allCases) func whoeverManagesTheDeviceIsNamed(manager: DeviceManager) {
    let finding = goodNode().with { $0.deviceManagers = [manager] }.worst(of: "device-manager")
    #expect(finding?.status == .fail)
    #expect(finding?.sentence.contains(manager.rawValue) == true)
    #expect(finding?.remedy?.commands.isEmpty == false)
  }
}
