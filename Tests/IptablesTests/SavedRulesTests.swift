import Iptables
import Testing

@Suite struct SavedRulesTests {
  @Test func chainsHoldTheirRulesInOrder() throws {
    let saved = try #require(SavedRules(SavedSamples.kubeProxyIPv4))
    #expect(
      saved.rules(of: ChainID(.nat, "KUBE-SERVICES"))?.map(\.target) == [
        "RETURN", "KUBE-MARK-MASQ", "KUBE-NODE-PORT", "ACCEPT",
      ])
  }

  @Test func chainsOfOneNameInTwoTablesAreApart() throws {
    let saved = try #require(SavedRules(SavedSamples.kubeProxyIPv4))
    #expect(saved.rules(of: ChainID(.nat, "KUBE-NODE-PORT")) == [])
    #expect(saved.rules(of: ChainID(.filter, "KUBE-NODE-PORT"))?.count == 1)
  }

  @Test func policiesAreKept() throws {
    let saved = try #require(SavedRules(SavedSamples.kubeProxyIPv4))
    #expect(saved.tables[.filter]?["FORWARD"]?.policy == "DROP")
    #expect(saved.tables[.filter]?["KUBE-FORWARD"]?.policy == nil)
  }

  @Test func countersAreIgnored() throws {
    let saved = try #require(SavedRules(SavedSamples.foreignWithCounters))
    #expect(
      saved.rules(of: ChainID(.nat, "POSTROUTING")) == [
        Rule(
          #"""
          -m comment --comment "ip-masq-agent: \"outside\" only" -m addrtype ! --dst-type LOCAL -j IP-MASQ-AGENT
          """#)
      ])
  }

  @Test func missingChainsHaveNoRules() throws {
    let saved = try #require(SavedRules(SavedSamples.foreignWithCounters))
    #expect(saved.rules(of: ChainID(.nat, "KUBE-SERVICES")) == nil)
  }

  @Test func noOutputIsNoRules() {
    #expect(SavedRules("") == SavedRules())
  }

  @Test func outputThatBreaksOffIsRefused() {
    let cut = SavedSamples.kubeProxyIPv4.prefix(3000)
    #expect(SavedRules(String(cut)) == nil)
  }

  @Test func tablesThatAreNeverOursAreLeftOut() {
    let text = "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j ACCEPT\nCOMMIT\n"
    #expect(SavedRules(text) == SavedRules())
  }

  @Test(arguments: ["KUBE-IPTABLES-HINT", "KUBE-KUBELET-CANARY"])
  func kubeletsChainsAreSeen(chain: String) throws {
    let saved = try #require(SavedRules("*mangle\n:\(chain) - [0:0]\nCOMMIT\n"))
    #expect(saved.hasKubeletChains)
    #expect(!saved.hasProxyCanary)
  }

  @Test func kubeProxysCanaryIsSeen() throws {
    let saved = try #require(SavedRules("*mangle\n:KUBE-PROXY-CANARY - [0:0]\nCOMMIT\n"))
    #expect(saved.hasProxyCanary)
    #expect(!saved.hasKubeletChains)
  }
}
