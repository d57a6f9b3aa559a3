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

  @Test(arguments: IPFamily.allCases)
  func portsToKeepToAreNamedForEachProtocolThatHasPorts(family: IPFamily) {
    let block = MasqueradeBlock(family: family, ports: 1024...29999)
    let hairpin = "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose"
    let snat = "kubernetes service traffic requiring SNAT"
    let set = "-m set --match-set \(family == .ipv4 ? "KUBE" : "KUBE-6")-LOOP-BACK dst,dst,src"
    let ports = "-j MASQUERADE --to-ports 1024-29999"
    #expect(
      postrouting(block)
        == ["tcp", "udp", "sctp"].map { "-p \($0) -m comment --comment \"\(hairpin)\" \(set) \(ports)" }
        + [
          "-m comment --comment \"\(hairpin)\" \(set) -j MASQUERADE",
          "-m mark ! --mark 0x4000/0x4000 -j RETURN", "-j MARK --set-xmark 0x4000/0x0",
        ]
        + ["tcp", "udp", "sctp"].map { "-p \($0) -m comment --comment \"\(snat)\" \(ports) --random-fully" }
        + ["-m comment --comment \"\(snat)\" -j MASQUERADE --random-fully"])
  }

  @Test func portsAreTheKernelsChoiceUnlessAskedFor() {
    let block = MasqueradeBlock(family: .ipv4)
    #expect(postrouting(block).count == 4)
    #expect(!block.rules.restoreText.contains("--to-ports"))
  }

  @Test func portsToKeepToWorkWithoutRandomisationToo() {
    let block = MasqueradeBlock(family: .ipv4, randomFully: false, ports: 40000...40000)
    #expect(
      postrouting(block).filter { $0.hasSuffix("-j MASQUERADE --to-ports 40000-40000") }.count == 6)
  }

  private func postrouting(_ block: MasqueradeBlock) -> [String] {
    block.rules.chains.first { $0.id.name == "KUBE-POSTROUTING" }?.rules.map(\.description) ?? []
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
