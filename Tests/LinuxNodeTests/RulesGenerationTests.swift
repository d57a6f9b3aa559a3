import Glibc
import LinuxNode
import Netlink
import Testing
import TransportFakes

/// Asking the kernel whether rules have changed.
@Suite struct RulesGenerationTests {
  @Test func `the ruleset's generation is the kernel's`() async {
    let node = Node()
    node.fake.modify { $0.rulesGeneration = 7 }

    #expect(await node.kernel.rulesGeneration() == 7)
    #expect(node.fake.requests == [.nftables(.getGeneration)])
  }

  @Test func `a kernel without nf_tables has no generation`() async {
    let node = Node()
    node.fake.modify { $0.rulesGeneration = nil }

    #expect(await node.kernel.rulesGeneration() == nil)
  }

  @Test func `after a lost answer the next question is answered`() async {
    let node = Node()
    node.fake.loseAnswers(errno: ENOBUFS)

    #expect(await node.kernel.rulesGeneration() == nil)
    #expect(await node.kernel.rulesGeneration() == 1)
  }
}
