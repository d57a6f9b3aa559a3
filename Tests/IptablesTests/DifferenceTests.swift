import Addressing
import Iptables
import Testing

@Suite struct DifferenceTests {
  private static let detector = LocalDetector.networks(["10.244.0.0/16"].compactMap(IPNetwork.init))
  private let desired = MasqueradeBlock(family: .ipv4, localDetector: detector).rules
  private let guards = GuardBlock(family: .ipv4, localDetector: detector).rules

  @Test func everythingIsMissingFromAnEmptyNode() {
    #expect(desired.missing(from: SavedRules()) == desired)
  }

  @Test(
    arguments: [IPFamily.ipv4, .ipv6],
    [[], ["10.244.0.0/16", "fd00:10::/48"], ["10.1.0.0/16", "10.2.0.0/16"]])
  func nothingIsMissingFromWhatWasRestored(family: IPFamily, cidrs: [String]) throws {
    for (all, random, bit) in [(false, true, 14), (true, false, 0)] {
      let rules = MasqueradeBlock(
        family: family, localDetector: .networks(cidrs.compactMap(IPNetwork.init)), masqueradeAll: all,
        markBit: bit, randomFully: random
      ).rules
      let saved = try #require(SavedRules(after(rules.restoreText)))
      #expect(rules.missing(from: saved).isEmpty)
    }
  }

  @Test func takingOverFromKubeProxyAddsTheJumpInMangleOnly() throws {
    let saved = try #require(SavedRules(SavedSamples.kubeProxyIPv4))
    let missing = (desired + guards).missing(from: saved)
    #expect(missing.jumps.map { "\($0.table.rawValue) \($0.origin)" } == ["mangle OUTPUT"])
  }

  @Test func chainsThatAreKubeProxysToTheLetterAreNotRewritten() throws {
    let sample = SampleNode(family: .ipv4)
    let saved = try #require(SavedRules(KubeProxyRules.saved(sample)))
    let rewritten = (desired + guards).missing(from: saved).chains.map(\.id.description)
    #expect(
      rewritten == [
        "nat KUBE-SERVICES", "nat KUBE-LOAD-BALANCER", "mangle KUBE-IPVS-MANGLE-OUT",
        "filter KUBE-IPVS-FILTER",
        "filter KUBE-PROXY-FIREWALL", "filter KUBE-IPVS-NO-LOCAL", "filter KUBE-IPVS-OUT-FILTER",
      ])
  }

  @Test func kubeProxysRulesForSingleAddressesGo() throws {
    var node = RestoreSimulator()
    let sample = SampleNode(family: .ipv4)
    let before = try #require(SavedRules(KubeProxyRules.saved(sample)))
    node.restore(KubeProxyRules.saved(sample))
    node.restore((desired + guards).missing(from: before).restoreText)
    let after = try #require(SavedRules(node.saved))
    #expect(before.rules(of: ChainID(.filter, "KUBE-IPVS-OUT-FILTER"))?.count == 2)
    #expect(after.rules(of: ChainID(.filter, "KUBE-IPVS-OUT-FILTER")) == [])
  }

  @Test func turningGuardsOffEmptiesTheirChains() throws {
    let off = GuardBlock(family: .ipv4, isOn: false).rules
    let saved = try #require(SavedRules(after((desired + guards).missing(from: SavedRules()).restoreText)))
    let emptied = off.missing(from: saved)
    let made = guards.chains.filter { !$0.rules.isEmpty }.map(\.id)
    #expect(Set(emptied.chains.map(\.id)) == Set(made))
    #expect(emptied.jumps.isEmpty && emptied.chains.allSatisfy(\.rules.isEmpty))
  }

  @Test func anEmptyChainIsNotMadeUnlessAJumpLeadsToIt() {
    let chain = Chain(.filter, "A", [])
    let jump = Jump(.filter, from: "INPUT", to: "A", comment: "a")
    #expect(RuleSet(chains: [chain]).missing(from: SavedRules()).isEmpty)
    #expect(RuleSet(chains: [chain], jumps: [jump]).missing(from: SavedRules()).chains == [chain])
  }

  @Test func aRuleAddedBySomebodyIsTakenOut() throws {
    let saved = try #require(
      SavedRules(after(desired.restoreText, "*filter\n-A KUBE-FORWARD -j DROP\nCOMMIT\n")))
    #expect(
      desired.missing(from: saved).restoreText == """
        *filter
        :KUBE-FORWARD - [0:0]
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        COMMIT

        """)
  }

  @Test func aLostJumpIsPutBackOnTop() throws {
    let loss = """
      *nat
      -D OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
      COMMIT

      """
    let saved = try #require(SavedRules(after(desired.restoreText, loss)))
    #expect(
      desired.missing(from: saved).restoreText == """
        *nat
        -I OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        COMMIT

        """)
  }

  @Test func aJumpBelowOthersIsLeftWhereItIs() throws {
    let saved = try #require(
      SavedRules(after(desired.restoreText, "*filter\n-I FORWARD -s 10.0.0.9/32 -j DROP\nCOMMIT\n")))
    #expect(desired.missing(from: saved).isEmpty)
  }

  @Test func aJumpUnderAConditionDoesNotCount() throws {
    let text = """
      *filter
      :FORWARD ACCEPT [0:0]
      :KUBE-FORWARD - [0:0]
      -A FORWARD -m conntrack --ctstate NEW -j KUBE-FORWARD
      COMMIT

      """
    let saved = try #require(SavedRules(text))
    #expect(desired.missing(from: saved).jumps.map(\.origin).contains("FORWARD"))
  }

  @Test func anotherSpellingOfAChainIsTakenAsRightWhenItIsKnown() throws {
    let chain = ChainID(.nat, "KUBE-MARK-MASQ")
    let rules = [Rule("-j MARK --or-mark 0x4000")]
    let rewrite = "*nat\n:KUBE-MARK-MASQ - [0:0]\n-A KUBE-MARK-MASQ \(rules[0])\nCOMMIT\n"
    let saved = try #require(SavedRules(after(desired.restoreText, rewrite)))
    #expect(desired.missing(from: saved).chains.map(\.id) == [chain])
    #expect(desired.missing(from: saved, spellings: [chain: rules]).isEmpty)
  }

  @Test func severalJumpsFromOneChainKeepTheirOrder() throws {
    let set = RuleSet(
      chains: [Chain(.filter, "A", []), Chain(.filter, "B", [])],
      jumps: [
        Jump(.filter, from: "INPUT", to: "A", comment: "first"),
        Jump(.filter, from: "INPUT", to: "B", comment: "second"),
      ])
    let saved = try #require(SavedRules(after(set.restoreText)))
    #expect(saved.rules(of: ChainID(.filter, "INPUT"))?.map(\.target) == ["A", "B"])
  }

  @Test func theLogSaysWhatWasSetRight() {
    let set = RuleSet(
      chains: [Chain(.nat, "KUBE-SERVICES", [])],
      jumps: [Jump(.nat, from: "OUTPUT", to: "KUBE-SERVICES", comment: "")])
    #expect(set.description == "chains nat KUBE-SERVICES; jumps nat OUTPUT to KUBE-SERVICES")
  }

  private func after(_ texts: String...) -> String {
    var node = RestoreSimulator()
    for text in texts { node.restore(text) }
    return node.saved
  }
}
