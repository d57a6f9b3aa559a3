import Addressing
import Iptables
import Testing

@Suite struct RemovalTests {
  @Test func nothingOfOursIsLeftAfterwards() throws {
    var node = RestoreSimulator()
    let before = node.saved
    node.restore((MasqueradeBlock(family: .ipv4).rules + GuardBlock(family: .ipv4).rules).restoreText)
    node.restore(Removal.restoreText(in: try #require(SavedRules(node.saved))))
    #expect(node.refused.isEmpty)
    #expect(node.saved == before)
  }

  @Test func everyChainThatIsEverMadeIsKnown() {
    let made = MasqueradeBlock(family: .ipv4).rules + GuardBlock(family: .ipv4).rules
    #expect(Set(made.chains.map(\.id)) == Set(Removal.chains))
  }

  @Test func kubeProxysChainsGoToo() throws {
    let text = Removal.restoreText(in: try #require(SavedRules(SavedSamples.kubeProxyIPv4)))
    for chain in ["KUBE-NODE-PORT", "KUBE-LOAD-BALANCER", "KUBE-PROXY-FIREWALL", "KUBE-IPVS-FILTER"] {
      #expect(text.contains("\n-X \(chain)\n"))
    }
  }

  @Test func kubeletsChainsStay() throws {
    let text = Removal.restoreText(in: try #require(SavedRules(SavedSamples.kubeProxyIPv4)))
    #expect(!text.contains("KUBE-FIREWALL"))
    #expect(!text.contains("CANARY"))
    #expect(!text.contains("HINT"))
  }

  @Test func jumpsAreNamedAsTheyWerePrinted() throws {
    let text = Removal.restoreText(in: try #require(SavedRules(SavedSamples.kubeProxyIPv4)))
    #expect(
      text.contains("\n-D INPUT -m comment --comment \"kube-proxy firewall rules\" -j KUBE-PROXY-FIREWALL\n"))
  }

  @Test func aNodeWithoutOurChainsNeedsNothing() throws {
    #expect(Removal.restoreText(in: try #require(SavedRules(SavedSamples.foreignWithCounters))).isEmpty)
  }

  @Test func aChainThatAnotherProgramUsesStaysWithTheChainsItLeadsTo() throws {
    let text = """
      *nat
      :PREROUTING ACCEPT [0:0]
      :KUBE-SERVICES - [0:0]
      :KUBE-LOAD-BALANCER - [0:0]
      :KUBE-MARK-MASQ - [0:0]
      :OTHERS - [0:0]
      -A PREROUTING -j KUBE-SERVICES
      -A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ
      -A OTHERS -j KUBE-LOAD-BALANCER
      COMMIT

      """
    #expect(
      Removal.restoreText(in: try #require(SavedRules(text))) == """
        *nat
        :KUBE-SERVICES - [0:0]
        -D PREROUTING -j KUBE-SERVICES
        -X KUBE-SERVICES
        COMMIT

        """)
  }
}
