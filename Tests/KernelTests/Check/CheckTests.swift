import Foundation
import Testing

extension KernelTests {
  /// `ipvs-proxy check` on a node that is well, and on one with the symptoms of docs/troubleshooting.md.
  @Suite struct Check {
    @Test func aGoodNodePassesAndEachSymptomIsNamedWithARemedyThatWorks() throws {
      let node = try CheckedNode("check")
      defer { node.close() }
      let good = try node.check()
      #expect(good.status == 0)
      #expect(good.findings.filter { $0.status != "pass" } == [])

      try node.spoil()
      let bad = try node.check()

      #expect(bad.status == 1)
      for (check, status, words) in CheckedNode.symptoms {
        let found = bad.findings.filter { $0.check == check && $0.status == status }
        #expect(found.contains { $0.sentence.contains(words) }, "\(check): \(bad.findings(of: check))")
      }
      #expect(bad.findings.filter { $0.status == "fail" && $0.commands.isEmpty } == [])

      let curable = [
        "ip-forward", "ipvs-conntrack", "rp-filter", "input-policy", "bridge-nf", "foreign-servers",
      ]
      for finding in bad.findings where curable.contains(finding.check) {
        for command in finding.commands { try node.lab.exec(["sh", "-c", command]) }
      }
      let cured = try node.check()
      for check in curable {
        #expect(cured.findings(of: check).allSatisfy { $0.status == "pass" }, "\(cured.findings(of: check))")
      }
    }

    @Test func aBundleHoldsTheKernelsStateAndLeavesNothingElse() throws {
      let node = try CheckedNode("bundle")
      defer { node.close() }
      let archive = node.lab.directory.appendingPathComponent("bundle.tar.gz").path
      let result = try node.run(["support-bundle", archive])
      #expect(result.status == 0, "\(result.errors)")
      let unpack: (String) throws -> String = { name in
        try Shell.check(["tar", "-xzOf", archive, "ipvs-proxy-support/\(name)"]).output
      }
      #expect(try unpack("kernel/ipvsadm.txt").contains("ipvsadm -A -t 10.96.0.1:80 -s rr\n"))
      #expect(try unpack("kernel/ipset.txt").contains("ipset add KUBE-CLUSTER-IP 10.96.0.1,tcp:80\n"))
      #expect(try unpack("kernel/kube-ipvs0.txt").contains("10.96.0.1/32"))
      #expect(try unpack("plan.txt") == "exit status 0\n")
      #expect(try unpack("check.json").contains("\"kind\" : \"NodeCheck\""))
    }
  }
}

/// A node that has been served once, and what is wrong with it then.
private struct CheckedNode {
  let lab: NodeLab

  /// IPVS remembers connections for as long as connection tracking does.
  private static let flags = ["--ipvs-tcp-timeout", "86400s", "--cluster-cidr", "10.244.0.0/16"]

  /// The check, its status, and words of its sentence, for all that `spoil` does.
  static let symptoms = [
    ("ip-forward", "fail", "net.ipv4.ip_forward is 0"),
    ("ipvs-conntrack", "fail", "net.ipv4.vs.conntrack is 0"),
    ("rp-filter", "warn", "Strict reverse path filtering"),
    ("input-policy", "fail", "policy DROP"),
    ("rule-backends", "warn", "both backends"),
    ("iptables-mode", "fail", "kube-proxy's iptables mode"),
    ("foreign-servers", "warn", "198.51.100.7:80/tcp"),
    ("address-conflict", "warn", "10.96.0.1 is a Service's, and other0 has it too"),
    ("bridge-nf", "fail", "cni0 is a bridge with port0 on it"),
  ]

  init(_ name: String) throws {
    lab = try NodeLab(
      name, links: ["link add node0 type dummy", "addr add 192.168.77.1/32 dev node0", "link set node0 up"])
    try lab.write("web.yaml", Sample.service("web", "10.96.0.1"))
    let result = try lab.once(Self.flags)
    guard result.status == 0 else { throw CommandFailed(command: ["--once"], result: result) }
  }

  func close() { lab.close() }

  func spoil() throws {
    try lab.exec([
      "sysctl", "-qw", "net.ipv4.ip_forward=0", "net.ipv4.vs.conntrack=0", "net.ipv4.conf.all.rp_filter=1",
    ])
    try lab.exec(["iptables", "-P", "INPUT", "DROP"])
    try lab.exec(["iptables-legacy", "-A", "FORWARD", "-s", "192.0.2.1", "-j", "DROP"])
    for rule in ["-N KUBE-SVC-OLD", "-A KUBE-SERVICES -d 10.96.0.99 -j KUBE-SVC-OLD"] {
      try lab.exec(["iptables", "-t", "nat"] + rule.split(separator: " ").map(String.init))
    }
    try lab.exec(["ipvsadm", "-A", "-t", "198.51.100.7:80"])
    try Shell.check(
      ["ip", "-n", lab.node, "-batch", "-"],
      input: """
        link add other0 type dummy
        addr add 10.96.0.1/32 dev other0
        link add cni0 type bridge
        addr add 10.244.0.254/24 dev cni0
        link add port0 type dummy
        link set port0 master cni0

        """)
    // Without br_netfilter there is no such setting, which is as bad.
    _ = try Shell.run(
      ["ip", "netns", "exec", lab.node, "sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=0"])
  }

  func run(_ command: [String]) throws -> CommandResult {
    let manifests = [
      "--manifests", lab.manifests.path, "--state-dir", lab.directory.appendingPathComponent("state").path,
    ]
    return try Shell.run(["ip", "netns", "exec", lab.node, Lab.binary] + command + manifests + Self.flags)
  }

  func check() throws -> Answer {
    let result = try run(["check", "-o", "json"])
    var answer = try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
    answer.status = result.status
    return answer
  }

  struct Answer: Decodable {
    var status: Int32?
    let findings: [Finding]

    func findings(of check: String) -> [Finding] { findings.filter { $0.check == check } }
  }

  struct Finding: Decodable, Equatable {
    let check: String
    let status: String
    let sentence: String
    private let remedyCommands: [String]?
    var commands: [String] { remedyCommands ?? [] }

    private enum CodingKeys: String, CodingKey {
      case check, status, sentence
      case remedyCommands = "commands"
    }
  }
}
