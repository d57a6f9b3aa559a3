import Iptables
import Testing

@Suite struct RuleTests {
  @Test func quotesAroundASingleWordMakeNoDifference() {
    #expect(Rule("-m comment --comment \"x\" -j ACCEPT") == Rule("-m comment --comment x -j ACCEPT"))
  }

  @Test(arguments: [
    #"-m comment --comment "two words" -j ACCEPT"#, #"-m comment --comment "a \"b\" c\\d" -j DROP"#,
    #"-m comment --comment "" -j RETURN"#,
  ])
  func textSurvivesBeingReadAndPrinted(text: String) {
    #expect(Rule(text).description == text)
  }

  @Test func escapedQuotesBelongToTheWord() {
    #expect(Rule(#"--comment "say \"hi\"" -j ACCEPT"#).words == ["--comment", "say \"hi\"", "-j", "ACCEPT"])
  }

  @Test func gotoIsATargetToo() {
    #expect(Rule("-p tcp -g KUBE-SERVICES").target == "KUBE-SERVICES")
  }

  @Test func aJumpWithAnotherCommentIsStillUnconditional() {
    #expect(Rule(#"-m comment --comment "mine" -j KUBE-SERVICES"#).alwaysJumps(to: "KUBE-SERVICES"))
  }

  @Test func aJumpUnderAConditionIsNot() {
    let rule = Rule(#"-m conntrack --ctstate NEW -m comment --comment "portals" -j KUBE-SERVICES"#)
    #expect(!rule.alwaysJumps(to: "KUBE-SERVICES"))
  }
}
