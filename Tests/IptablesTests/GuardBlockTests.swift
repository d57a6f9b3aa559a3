import Addressing
import Iptables
import Testing

@Suite struct GuardBlockTests {
  @Test(arguments: IPFamily.allCases)
  func bothBlocksTogetherAreThisText(family: IPFamily) {
    let detector = LocalDetector.networks(["10.244.0.0/16", "fd00:10:244::/48"].compactMap(IPNetwork.init))
    let rules =
      MasqueradeBlock(family: family, localDetector: detector).rules
      + GuardBlock(family: family, localDetector: detector).rules
    #expect(rules.missing(from: SavedRules()).restoreText == GoldenRules.text(family))
  }

  @Test(arguments: IPFamily.allCases)
  func theBlocksShareNoChain(family: IPFamily) {
    let masquerading = Set(MasqueradeBlock(family: family).rules.chains.map(\.id))
    #expect(masquerading.isDisjoint(with: GuardBlock(family: family).rules.chains.map(\.id)))
  }

  @Test func withoutGuardsAnEmptyNodeGetsNone() {
    #expect(GuardBlock(family: .ipv4, isOn: false).rules.missing(from: SavedRules()).isEmpty)
  }

  /// As the kernel names sets: at most 31 characters.
  @Test(arguments: IPFamily.allCases)
  func setNamesFitTheKernel(family: IPFamily) {
    let rules = GuardBlock(family: family).rules.chains + MasqueradeBlock(family: family).rules.chains
    for words in rules.flatMap(\.rules).map(\.words) {
      for (flag, name) in zip(words, words.dropFirst()) where flag == "--match-set" {
        #expect(name.utf8.count <= 31)
      }
    }
  }

  @Test(arguments: ["cni0", "veth", "eth0.100@if", "fifteen-letters"])
  func interfaceNamesThatTheKernelTakesAreAccepted(name: String) {
    #expect(LocalDetector.accepts(interfaceName: name))
  }

  @Test(arguments: ["", ".", "..", "a b", "a/b", "a:b", "a\nb", "cni+", "an-interface-too-long"])
  func interfaceNamesThatItRefusesAreNot(name: String) {
    #expect(!LocalDetector.accepts(interfaceName: name))
  }
}
