import Addressing
import Iptables
import Testing

@Suite struct MasqueradeBlockTests {
  @Test func ipv4TextIsKubeProxysForOneClusterCIDR() throws {
    let cidr = try #require(IPNetwork("10.244.0.0/16"))
    let text = MasqueradeBlock(family: .ipv4, clusterCIDRs: [cidr]).rules.restoreText
    #expect(
      text == """
        *nat
        :KUBE-SERVICES - [0:0]
        :KUBE-MARK-MASQ - [0:0]
        :KUBE-POSTROUTING - [0:0]
        -I POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -I OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -I PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A KUBE-SERVICES -s 127.0.0.0/8 -j RETURN
        -A KUBE-SERVICES ! -s 10.244.0.0/16 -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ
        -A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT
        -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
        -A KUBE-POSTROUTING -m comment --comment "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose" -m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
        COMMIT
        *filter
        :KUBE-FORWARD - [0:0]
        -I FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        COMMIT

        """)
  }

  @Test func ipv6TextNamesTheSetsOfIPv6() throws {
    let cidr = try #require(IPNetwork("fd00:10:244::/48"))
    let text = MasqueradeBlock(family: .ipv6, clusterCIDRs: [cidr]).rules.restoreText
    #expect(
      text == """
        *nat
        :KUBE-SERVICES - [0:0]
        :KUBE-MARK-MASQ - [0:0]
        :KUBE-POSTROUTING - [0:0]
        -I POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -I OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -I PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A KUBE-SERVICES -s ::1/128 -j RETURN
        -A KUBE-SERVICES ! -s fd00:10:244::/48 -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-6-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ
        -A KUBE-SERVICES -m set --match-set KUBE-6-CLUSTER-IP dst,dst -j ACCEPT
        -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
        -A KUBE-POSTROUTING -m comment --comment "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose" -m set --match-set KUBE-6-LOOP-BACK dst,dst,src -j MASQUERADE
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
        COMMIT
        *filter
        :KUBE-FORWARD - [0:0]
        -I FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        COMMIT

        """)
  }

  @Test func withSeveralClusterCIDRsTrafficFromAnyOfThemKeepsItsSource() {
    #expect(
      services(.init(family: .ipv4, clusterCIDRs: networks("10.244.0.0/16", "fd00::/48", "10.245.0.0/16")))
        == [
          "-s 127.0.0.0/8 -j RETURN",
          "-s 10.244.0.0/16 \(comment) -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT",
          "-s 10.245.0.0/16 \(comment) -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT",
          "\(comment) -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ",
          "-m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT",
        ])
  }

  @Test func masqueradeAllMarksWhateverTheSource() {
    let block = MasqueradeBlock(
      family: .ipv4, clusterCIDRs: networks("10.244.0.0/16"), masqueradeAll: true)
    #expect(
      services(block)[1] == "\(comment) -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ")
  }

  @Test(arguments: [[], ["fd00::/48"], ["0.0.0.0/0"]])
  func withoutNetworksThatTellPodsApartOnlyTheNodesOwnTrafficIsMarked(cidrs: [String]) {
    let block = MasqueradeBlock(family: .ipv4, clusterCIDRs: cidrs.compactMap(IPNetwork.init))
    #expect(
      services(block)[1] == "\(comment) -m set --match-set KUBE-CLUSTER-IP src,dst -j KUBE-MARK-MASQ")
  }

  @Test func theMarkFollowsItsBit() {
    let text = MasqueradeBlock(family: .ipv4, markBit: 31).rules.restoreText
    #expect(text.contains("-A KUBE-MARK-MASQ -j MARK --set-xmark 0x80000000/0x80000000\n"))
  }

  @Test func withoutSupportPortsAreNotRandomised() {
    let text = MasqueradeBlock(family: .ipv4, randomFully: false).rules.restoreText
    #expect(!text.contains("--random-fully"))
  }

  private let comment =
    "-m comment --comment \"Kubernetes service cluster ip + port for masquerade purpose\""

  private func networks(_ texts: String...) -> [IPNetwork] { texts.compactMap(IPNetwork.init) }

  private func services(_ block: MasqueradeBlock) -> [String] {
    block.rules.chains.first { $0.id.name == "KUBE-SERVICES" }?.rules.map(\.description) ?? []
  }
}
