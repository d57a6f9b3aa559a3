import Addressing
import Testing

@testable import NodeCheck

@Suite struct FilterCheckTests {
  private func filter(_ lines: String...) -> NodeFacts {
    goodNode().with { $0.rules = [store(lines.joined(separator: "\n"), table: "filter")] }
  }

  /// Complaint #98465.
  @Test func aPolicyThatDropsInInputFails() {
    let finding = filter(":INPUT DROP [0:0]", "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT").worst(
      of: "input-policy")
    #expect(finding?.status == .fail)
    #expect(finding?.sentence.hasPrefix("INPUT of iptables-nft has policy DROP") == true)
    #expect(
      finding?.remedy?.commands.first
        == "iptables-nft -A INPUT -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT")
  }

  @Test func soDoesARuleAtTheEndAndTheRemedyGoesBeforeIt() {
    let finding = filter(
      ":INPUT ACCEPT [0:0]", "-A INPUT -i lo -j ACCEPT",
      "-A INPUT -j REJECT --reject-with icmp-host-prohibited"
    ).worst(of: "input-policy")
    #expect(finding?.status == .fail)
    #expect(
      finding?.remedy?.commands.first
        == "iptables-nft -I INPUT 2 -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT")
  }

  @Test(arguments: [
    "-A INPUT -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT", "-A INPUT -d 10.96.0.0/12 -j ACCEPT",
    "-A INPUT -j ALLOW\n-A ALLOW -d 10.0.0.0/8 -j ACCEPT", "-A INPUT -j ACCEPT",
    "-A INPUT -m comment --comment \"all is well\" -j ACCEPT",
  ]) func aRuleThatLetsServicesThroughIsEnough(rule: String) {
    #expect(filter(":INPUT DROP [0:0]", ":ALLOW - [0:0]", rule).worst(of: "input-policy")?.status == .pass)
  }

  @Test(arguments: [
    "-A INPUT -d 10.97.0.0/16 -j ACCEPT", "-A INPUT ! -d 10.96.0.0/12 -j ACCEPT",
    "-A INPUT -m set ! --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT", "-A ALLOW -d 10.0.0.0/8 -j ACCEPT",
    "-A INPUT -m set --match-set KUBE-HEALTH-CHECK-NODE-PORT dst -j ACCEPT",
    "-A INPUT -j DROP\n-A INPUT -d 10.96.0.0/12 -j ACCEPT", "-A INPUT -j INPUT",
  ]) func whatLetsOthersThroughIsNot(rule: String) {
    #expect(filter(":INPUT DROP [0:0]", ":ALLOW - [0:0]", rule).worst(of: "input-policy")?.status == .fail)
  }

  @Test func whatIPVSSendsLeavesByOutput() {
    let finding = filter(":OUTPUT DROP [0:0]", "-A OUTPUT -d 10.96.0.0/12 -j ACCEPT").worst(
      of: "output-policy")
    #expect(finding?.status == .fail)
    #expect(finding?.remedy?.commands == ["iptables-nft -A OUTPUT -d 10.244.0.0/16 -j ACCEPT"])
    #expect(
      filter(":OUTPUT DROP [0:0]", "-A OUTPUT -d 10.244.0.0/16 -j ACCEPT").worst(of: "output-policy")?.status
        == .pass)
  }

  /// Complaints #59656 and #68194: Docker sets this policy.
  @Test func inForwardRepliesAreHalfOfIt() {
    let policy = ":FORWARD DROP [0:0]\n:KUBE-FORWARD - [0:0]"
    let jump = "-A FORWARD -m comment --comment \"kubernetes forwarding rules\" -j KUBE-FORWARD"
    let replies = "-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    #expect(filter(policy).worst(of: "forward-policy")?.status == .fail)
    #expect(filter(policy, jump, replies).worst(of: "forward-policy")?.status == .warn)
    #expect(
      filter(policy, jump, replies, "-A FORWARD -d 10.244.0.0/16 -j ACCEPT").worst(of: "forward-policy")?
        .status == .pass)
  }

  @Test func rulesOfIPv6AreJudgedByThemselves() {
    let facts = goodNode().with {
      $0.rules = [store(":INPUT DROP [0:0]", table: "filter", program: "ip6tables-nft")]
    }
    #expect(
      facts.worst(of: "input-policy")?.remedy?.commands.first?.hasPrefix(
        "ip6tables-nft -A INPUT -m set --match-set KUBE-6-CLUSTER-IP") == true)
  }

  @Test func firewallsThatIptablesDoesNotShowAreNamed() {
    let listing = """
      table inet firewalld {
      \tchain filter_INPUT {
      \t\ttype filter hook input priority filter + 10; policy accept;
      \t}
      }
      table ip filter {
      \tchain INPUT {
      \t\ttype filter hook input priority filter; policy drop;
      \t}
      }
      table inet strict {
      \tchain arriving {
      \t\ttype filter hook input priority filter; policy drop;
      \t}
      }
      """
    let facts = goodNode().with { $0.nftables = .known(NFTables(listing: listing)) }
    let found = facts.findings(of: "firewall")
    #expect(found.map(\.status) == [.warn, .warn])
    #expect(found.first?.sentence.contains("chain arriving of table inet strict") == true)
    #expect(found.last?.sentence.contains("firewalld") == true)
    #expect(
      filter(":ufw-before-input - [0:0]", "-A ufw-before-input -i lo -j ACCEPT").worst(of: "firewall")?.status
        == .warn)
  }

  @Test func rulesInBothBackendsAreToldAndAProxysFail() {
    let other = goodNode().with {
      $0.rules.append(
        store(
          ":INPUT ACCEPT [0:0]\n-A INPUT -j LOG", table: "filter", program: "iptables-legacy", isInUse: false)
      )
      $0.rules[0] = store(":KUBE-X - [0:0]\n-A KUBE-X -j ACCEPT", table: "filter")
    }
    #expect(other.worst(of: "rule-backends")?.status == .warn)
    let proxy = other.with {
      $0.rules[1] = store(
        ":KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -j RETURN", table: "nat", program: "iptables-legacy",
        isInUse: false)
    }
    let finding = proxy.worst(of: "rule-backends")
    #expect(finding?.status == .fail)
    #expect(finding?.remedy?.commands.first == "iptables-legacy-save | grep KUBE-")
  }

  @Test func withoutIptablesNothingIsMasqueraded() {
    let finding = goodNode().with { $0.iptables[.ipv4] = .absent }.worst(of: "iptables")
    #expect(finding?.status == .fail && finding?.sentence.hasPrefix("iptables is not installed") == true)
  }
}
