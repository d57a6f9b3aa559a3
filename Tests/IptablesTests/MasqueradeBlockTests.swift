import Addressing
import Iptables
import Testing

@Suite struct MasqueradeBlockTests {
  @Test func withSeveralNetworksTrafficFromAnyOfThemKeepsItsSource() {
    let networks = networks("10.244.0.0/16", "fd00::/48", "10.245.0.0/16")
    #expect(
      clusterIPRules(.init(family: .ipv4, localDetector: .networks(networks))) == [
        "-s 10.244.0.0/16 \(match) dst,dst -j ACCEPT",
        "-s 10.245.0.0/16 \(match) dst,dst -j ACCEPT",
        "\(match) dst,dst -j KUBE-MARK-MASQ",
      ])
  }

  @Test func aBridgeAndAPrefixAreInterfaces() {
    #expect(
      clusterIPRules(.init(family: .ipv4, localDetector: .bridge("cni0")))
        == ["-i cni0 \(match) dst,dst -j ACCEPT", "\(match) dst,dst -j KUBE-MARK-MASQ"])
    #expect(
      clusterIPRules(.init(family: .ipv4, localDetector: .interfacePrefix("veth")))
        == ["-i veth+ \(match) dst,dst -j ACCEPT", "\(match) dst,dst -j KUBE-MARK-MASQ"])
  }

  @Test func masqueradeAllMarksWhateverTheSource() {
    let block = MasqueradeBlock(
      family: .ipv4, localDetector: .networks(networks("10.244.0.0/16")), masqueradeAll: true)
    #expect(clusterIPRules(block) == ["\(match) dst,dst -j KUBE-MARK-MASQ"])
  }

  @Test(arguments: [[], ["fd00::/48"], ["0.0.0.0/0"]])
  func withoutNetworksThatTellPodsApartOnlyTheNodesOwnTrafficIsMarked(networks: [String]) {
    let detector = LocalDetector.networks(networks.compactMap(IPNetwork.init))
    #expect(
      clusterIPRules(MasqueradeBlock(family: .ipv4, localDetector: detector))
        == ["\(match) src,dst -j KUBE-MARK-MASQ"])
  }

  @Test func theMarkFollowsItsBit() {
    let text = MasqueradeBlock(family: .ipv4, markBit: 31).rules.restoreText
    #expect(text.contains("-A KUBE-MARK-MASQ -j MARK --set-xmark 0x80000000/0x80000000\n"))
  }

  @Test func withoutSupportPortsAreNotRandomised() {
    let text = MasqueradeBlock(family: .ipv4, randomFully: false).rules.restoreText
    #expect(!text.contains("--random-fully"))
  }

  private let match =
    "-m comment --comment \"Kubernetes service cluster ip + port for masquerade purpose\" "
    + "-m set --match-set KUBE-CLUSTER-IP"

  private func networks(_ texts: String...) -> [IPNetwork] { texts.compactMap(IPNetwork.init) }

  /// The rules that decide about masquerading, without the one that ends the way of all.
  private func clusterIPRules(_ block: MasqueradeBlock) -> [String] {
    let services = block.rules.chains.first { $0.id.name == "KUBE-SERVICES" }
    return services?.rules.map(\.description).filter { $0.contains("cluster ip + port") } ?? []
  }
}
