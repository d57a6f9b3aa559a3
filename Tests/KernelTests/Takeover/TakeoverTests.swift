import Foundation
import Testing

extension KernelTests {
  /// A node that kube-proxy served is taken over as it is.
  @Suite struct Takeover {
    /// What may be done to such a node: what kube-proxy doesn't have is made, and rules get our wording.
    private static let preparation: Set<String> = [
      "ipset create KUBE-NO-LOCAL-ENDPOINTS hash:ip,port",
      "ipset create KUBE-6-NO-LOCAL-ENDPOINTS hash:ip,port",
    ]

    private func isAllowed(_ line: String) -> Bool {
      let isRule = ["iptables", "ip6tables"].contains {
        line.hasPrefix($0) && line.contains("-restore: chains")
      }
      let isMember = ["KUBE-", "KUBE-6-"].contains { line.hasPrefix("ipset add \($0)NO-LOCAL-ENDPOINTS ") }
      return Self.preparation.contains(line) || isRule || isMember
    }

    @Test(arguments: ConformanceScenario.all)
    func whatKubeProxyLeftIsAdopted(_ scenario: ConformanceScenario) throws {
      for step in try #require(TakeoverRun.all[scenario.name]).get().steps {
        #expect(step.plan.status == 2, "\(step.plan.errors)")
        #expect(step.plan.lines.filter { !isAllowed($0) } == [], "step \(step.name)")
        #expect(Self.preparation.isSubset(of: step.plan.lines))
        #expect(step.plan.lines.count { $0.contains("-restore: ") } == 2)
        #expect(step.result.status == 0, "\(step.result.errors.suffix(2000))")
        #expect(step.found == step.recorded, "step \(step.name)")
      }
    }

    /// S5 of kube-proxy's defects: its cleanup leaks the sets of IPv6 and flushes all of IPVS.
    @Test func cleanupAfterKubeProxyLeavesNothingOfItAndAllOfOthers() throws {
      let scenario = try #require(ConformanceScenario.all.first { $0.name == "12-dual-stack" })
      let step = try #require(scenario.steps.first)
      let foreign = ["-A -t 198.51.100.7:80 -s wlc", "-a -t 198.51.100.7:80 -r 10.244.9.9:80 -m -w 5"]
      func leftovers(_ name: String, _ cleanUp: (NodeLab) throws -> Void) throws -> (
        servers: [String], kube: [String]
      ) {
        let lab = try NodeLab("clean-\(name)", links: scenario.nodeLinks())
        defer { lab.close() }
        var state = try KubeProxyState(recordedIn: step)
        state.servers += foreign
        try state.replay(in: lab.node)
        try cleanUp(lab)
        let rules = try lab.exec(["iptables-save"]).lines + lab.exec(["ip6tables-save"]).lines
        return (
          try lab.exec(["ipvsadm", "-Sn"]).lines.sorted(),
          try (rules + lab.exec(["ipset", "list", "-n"]).lines).filter { $0.contains("KUBE-") }
            + lab.boundAddresses()
        )
      }
      let ours = try leftovers("ours") { lab in
        let result = try Shell.run(["ip", "netns", "exec", lab.node, Lab.binary, "cleanup"])
        #expect(result.status == 0, "\(result.errors)")
      }
      #expect(ours.servers == foreign)
      #expect(ours.kube == [])
      // CleanupLeftovers of pkg/proxy/ipvs/cleanup.go in what it does to IPVS, the device and the sets.
      let kubeProxy = try leftovers("theirs") { lab in
        for program in ["iptables", "ip6tables"] {
          for table in ["nat", "filter"] {
            _ = try lab.exec([program, "-t", table, "-F"])
            _ = try lab.exec([program, "-t", table, "-X"])
          }
        }
        _ = try lab.exec(["ipvsadm", "-C"])
        _ = try lab.exec(["ip", "link", "del", "kube-ipvs0"])
        let sets = try lab.exec(["ipset", "list", "-n"]).lines
        for set in sets where !set.hasPrefix("KUBE-6-") { _ = try lab.exec(["ipset", "destroy", set]) }
      }
      #expect(kubeProxy.servers == [], "the mutant must take the other's virtual server along")
      #expect(!kubeProxy.kube.isEmpty && kubeProxy.kube.allSatisfy { $0.hasPrefix("KUBE-6-") })
    }

    @Test func besideARunningKubeProxyNothingIsTouched() throws {
      let lab = try Lab("beside")
      defer { lab.close() }
      try lab.write("web.yaml", Sample.service("web", "10.96.1.1"))
      // Any program of that name; it must not be another node's, in a namespace of its own.
      let program = lab.directory.appendingPathComponent("kube-proxy")
      try FileManager.default.copyItem(at: URL(fileURLWithPath: "/usr/bin/sleep"), to: program)
      let other = try lab.addBareNamespace("other")
      let elsewhere = try Shell.background(["ip", "netns", "exec", other, program.path, "600"])
      defer { end(elsewhere) }
      let kubeProxy = try Shell.background(["ip", "netns", "exec", lab.node, program.path, "600"])
      defer { end(kubeProxy) }
      let name = "/proc/\(kubeProxy.process.processIdentifier)/comm"
      #expect(try lab.eventually { try String(contentsOfFile: name, encoding: .utf8) == "kube-proxy\n" })

      for result in [try lab.once(), try lab.cleanup()] {
        #expect(result.status == 4)
        #expect(
          result.errors.contains("kube-proxy (process \(kubeProxy.process.processIdentifier))"),
          "\(result.errors)")
      }
      #expect(try lab.virtualServers() == [])
      #expect(try lab.exec(["ipset", "list", "-n"]).lines == [])
      #expect(try lab.exec(["iptables-save"]).lines.filter { $0.contains("KUBE-") } == [])
      // It only looks.
      #expect(try lab.plan().status == 2)

      end(kubeProxy)
      let result = try lab.once()
      #expect(result.status == 0, "\(result.errors)")
      #expect(try lab.virtualServers() == ["-A -t 10.96.1.1:80 -s rr"])
    }

    private func end(_ command: RunningCommand) {
      guard command.process.isRunning else { return }
      command.signal(SIGKILL)
      command.waitForExit()
    }
  }
}
