import Addressing
import Testing

@testable import NodeCheck

@Suite struct LawTests {
  @Test func aGoodNodePassesEverything() {
    let others = goodNode().findings.filter { $0.status != .pass }
    #expect(others == [])
  }

  @Test func everyCheckSaysSomethingWhateverTheFacts() {
    let names = Set(goodNode().findings.map(\.check))
    for facts in [NodeFacts(), goodNode().with { $0.rules = [] }, goodNode().with { $0.isRunning = false }] {
      #expect(Set(facts.findings.map(\.check)) == names)
    }
    #expect(names.count == Checks.all.count)
  }

  @Test func whoPassesHasNoRemedyAndEverybodyElseHas() {
    var facts = NodeFacts()
    facts.settings = ["net/ipv4/ip_forward": .known("0")]
    facts.isRunning = true
    for finding in facts.findings + goodNode().findings {
      #expect((finding.remedy == nil) == (finding.status == .pass), "\(finding)")
      #expect(finding.sentence.hasSuffix("."), "\(finding.sentence)")
    }
  }

  /// As somebody who may read next to nothing finds the node.
  @Test func whatCanNotBeReadIsToldAndNeverPasses() {
    var facts = goodNode()
    let reason = "Permission denied (errno 13)"
    facts.capabilities = .known(0)
    facts.settings = facts.settings.mapValues { _ in .unreadable(reason) }
    facts.timeouts = .unreadable(reason)
    facts.servers = .unreadable(reason)
    facts.rules = [
      RuleStore(program: "iptables-nft", family: .ipv4, isInUse: true, saved: .unreadable(reason))
    ]
    facts.nftables = .unreadable(reason)
    facts.interfaces = .unreadable(reason)
    facts.connectionTableBits = .unreadable(reason)
    for check in [
      "ip-forward", "ipvs-conntrack", "rp-filter", "timeouts", "foreign-servers", "rule-backends",
      "input-policy",
      "output-policy", "forward-policy", "nftables-mode", "address-conflict", "connection-table",
      "conntrack-table",
      "port-range",
    ] {
      #expect(facts.worst(of: check)?.status == .warn, "\(check)")
    }
    #expect(facts.worst(of: "ip-forward")?.sentence.contains(reason) == true)
    #expect(facts.worst(of: "capabilities")?.status == .fail)
  }
}
