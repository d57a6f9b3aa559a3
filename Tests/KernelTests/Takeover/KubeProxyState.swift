import Foundation

/// What kube-proxy leaves on a node when it ends: lines as ipvsadm, ipset, ip and iptables-save print them.
struct KubeProxyState: Sendable {
  var servers: [String]
  var addresses: [String]
  /// `create` lines before `add` lines.
  var sets: [String]
  let rules: String
  let rules6: String
  /// Names with the values that kube-proxy gave them.
  let sysctls: [(name: String, value: String)]

  init(recordedIn step: ConformanceScenario.Step) throws {
    servers = try step.lines("ipvs.txt")
    addresses = try step.lines("addresses.txt")
    let lines = try step.lines("ipsets.txt")
    sets = lines.filter { $0.hasPrefix("create ") } + lines.filter { $0.hasPrefix("add ") }
    rules = try step.text("expected/iptables.txt")
    rules6 = try step.text("expected/ip6tables.txt")
    // It sets this one too; where it was recorded it had that value before.
    sysctls = try ConformanceState.sysctls(recordedIn: step) + [("net.ipv4.ip_forward", "1")]
  }

  /// Puts it into the kernel of a namespace that has nothing of it.
  func replay(in namespace: String) throws {
    let addressLines = addresses.map { "addr add \($0) dev kube-ipvs0" + ($0.contains(":") ? " nodad" : "") }
    try Shell.check(
      ["ip", "-n", namespace, "-batch", "-"],
      input: (["link add kube-ipvs0 type dummy"] + addressLines).joined(separator: "\n") + "\n")
    try NamespaceThread.run(namespace) {
      for (program, input) in [
        (["ipvsadm", "-R"], servers.joined(separator: "\n") + "\n"),
        (["ipset", "restore"], sets.joined(separator: "\n") + "\n"),
        (["iptables-restore"], rules), (["ip6tables-restore"], rules6),
      ] {
        try Shell.check(program, input: input)
      }
      try Shell.check(["sysctl", "-qw"] + sysctls.map { "\($0.name)=\($0.value)" })
    }
  }
}
