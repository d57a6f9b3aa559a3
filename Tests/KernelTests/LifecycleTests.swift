import Addressing
import Foundation
import Testing

extension KernelTests {
  /// Starting, dying, starting again, cleaning up; and what belongs to others.
  @Suite struct Lifecycle {
    /// What somebody else made before us: a virtual server with a real server, and an address on kube-ipvs0.
    private func addForeignObjects(_ lab: Lab) throws {
      try lab.inNode([
        "link add kube-ipvs0 type dummy", "addr add 198.51.100.7/32 dev kube-ipvs0",
        "addr add 198.51.100.8/32 dev kube-ipvs0",
      ])
      _ = try lab.exec(["ipvsadm", "-A", "-t", "198.51.100.7:80", "-s", "wlc"])
      _ = try lab.exec(["ipvsadm", "-a", "-t", "198.51.100.7:80", "-r", "10.244.9.9:80", "-m", "-w", "5"])
    }

    private let foreignServers = [
      "-A -t 198.51.100.7:80 -s wlc", "-a -t 198.51.100.7:80 -r 10.244.9.9:80 -m -w 5",
    ]

    private func slice(_ name: String, _ endpoints: ClosedRange<Int>) -> String {
      """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata:
        name: \(name)-a
        labels:
          kubernetes.io/service-name: \(name)
      addressType: IPv4
      ports:
      - port: 8080
        protocol: TCP
      endpoints:
      \(endpoints.map { "- addresses: [\"10.244.1.\($0)\"]" }.joined(separator: "\n"))
      """
    }

    @Test func killedInALargeFirstRoundAndStartedAgainTheStateIsExact() throws {
      let lab = try Lab("kill")
      defer { lab.close() }
      try addForeignObjects(lab)
      let count = 200
      let names = (0..<count).map { "s\($0)" }
      let addresses = (0..<count).map { "10.96.\($0 / 250 + 1).\($0 % 250 + 1)" }
      let manifests = zip(names, addresses).flatMap { name, address in
        [
          """
          apiVersion: v1
          kind: Service
          metadata: {name: \(name)}
          spec: {clusterIP: \(address), ports: [{port: 80, targetPort: 8080}]}
          """, slice(name, 1...3),
        ]
      }
      try lab.write("many.yaml", Sample.documents(manifests))
      let program = try lab.start()
      let hasBegun = try lab.eventually(120) {
        let count = try lab.virtualServers().count
        return count > 50
      }
      #expect(hasBegun, "\(program.errors)")
      program.signal(SIGKILL)
      program.waitForExit()
      let midway = try lab.virtualServers().count
      let result = try lab.once()
      #expect(result.status == 0, "\(result.errors.suffix(2000))")
      let servers = try lab.virtualServers()
      #expect(servers.count == count * 4 + 2, "killed at \(midway)")
      let expected =
        foreignServers
        + addresses.flatMap { address in
          ["-A -t \(address):80 -s rr"] + (1...3).map { "-a -t \(address):80 -r 10.244.1.\($0):8080 -m -w 1" }
        }
      #expect(servers == expected.sorted())
      #expect(
        try lab.boundAddresses()
          == (addresses.map { "\($0)/32" } + ["198.51.100.7/32", "198.51.100.8/32"]).sorted())
      #expect(try lab.plan().output == "")

      let cleanup = try lab.cleanup()
      #expect(cleanup.status == 0, "\(cleanup.errors.suffix(2000))")
      #expect(try lab.virtualServers() == foreignServers)
      #expect(try lab.boundAddresses() == ["198.51.100.7/32", "198.51.100.8/32"])
      try expectNothingOfOurs(lab)
    }

    private func expectNothingOfOurs(_ lab: Lab) throws {
      #expect(try lab.exec(["ipset", "list", "-n"]).lines.filter { $0.hasPrefix("KUBE-") } == [])
      for program in ["iptables-save", "ip6tables-save"] {
        #expect(try lab.exec([program]).lines.filter { $0.contains("KUBE-") } == [], "\(program)")
      }
    }

    @Test func cleanupLeavesNothingAndPlanTellsWhatWouldCome() throws {
      let lab = try Lab("clean")
      defer { lab.close() }
      try lab.write(
        "web.yaml", Sample.documents([Sample.service("web", "10.96.1.1"), Sample.pod(1, app: "web")]))
      let before = try lab.plan()
      #expect(before.status == 2)
      #expect(before.lines.contains("ipvsadm -a -t 10.96.1.1:80 -r 10.244.0.1:8080 -m -w 1"))
      #expect(try lab.virtualServers() == [])
      #expect(try Shell.run(["ip", "-n", lab.node, "link", "show", "kube-ipvs0"]).status != 0)
      #expect(try lab.once().status == 0)
      let after = try lab.plan()
      #expect(after.status == 0, "\(after.output)")
      #expect(try lab.cleanup().status == 0)
      #expect(try lab.virtualServers() == [])
      #expect(try Shell.run(["ip", "-n", lab.node, "link", "show", "kube-ipvs0"]).status != 0)
      try expectNothingOfOurs(lab)
      #expect(try lab.cleanup().status == 0)
    }

    @Test func aSecondInstanceSaysSoAndEnds() throws {
      let lab = try Lab("two")
      defer { lab.close() }
      try lab.write("web.yaml", Sample.service("web", "10.96.1.1"))
      let first = try lab.start()
      #expect(try lab.eventually { try lab.virtualServers().count == 1 }, "\(first.errors)")
      let second = try lab.once()
      #expect(second.status == 4)
      #expect(second.errors.contains("another ipvs-proxy"))
      first.signal(SIGTERM)
      #expect(first.waitForExit() == 0)
      #expect(try lab.virtualServers() == ["-A -t 10.96.1.1:80 -s rr"])
      #expect(try lab.once().status == 0)
    }

    @Test func aBrokenFileHarmsNothingElseAndItsLastGoodVersionStays() throws {
      let lab = try Lab("broken")
      defer { lab.close() }
      try lab.write("good.yaml", Sample.service("good", "10.96.1.1"))
      try lab.write("other.yaml", Sample.service("other", "10.96.1.2"))
      #expect(try lab.once().status == 0)
      try lab.write(
        "other.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {ports: [{port: 70000}]}\n")
      try lab.write("good.yaml", Sample.service("good", "10.96.1.1", port: 81))
      for _ in 1...2 {
        // The second time is after a restart: only the state directory remembers.
        let result = try lab.once()
        #expect(result.status == 5)
        #expect(result.errors.contains("other.yaml:4"), "\(result.errors)")
        // Port 81 is added; port 80 stays, since a source with a broken file removes nothing of an earlier run.
        #expect(
          try lab.virtualServers() == [
            "-A -t 10.96.1.1:80 -s rr", "-A -t 10.96.1.1:81 -s rr", "-A -t 10.96.1.2:80 -s rr",
          ])
      }
      try lab.write("other.yaml", Sample.service("other", "10.96.1.2", port: 82))
      #expect(try lab.once().status == 0)
      #expect(try lab.virtualServers() == ["-A -t 10.96.1.1:81 -s rr", "-A -t 10.96.1.2:82 -s rr"])
    }

    @Test func whatTheKernelRefusesIsNamedAndStopsNothingElse() throws {
      let lab = try Lab("refused")
      defer { lab.close() }
      // The broadcast address of the client's network: IPVS takes no such real server (ip_vs_new_dest, EINVAL).
      let pod = Sample.pod(1, app: "bad").replacingOccurrences(of: "10.244.0.1", with: "203.0.113.255")
      try lab.write(
        "web.yaml",
        Sample.documents([
          Sample.service("bad", "10.96.1.1"), pod, Sample.service("web", "10.96.1.2"),
          Sample.pod(2, app: "web"),
        ]))
      let result = try lab.once()
      #expect(result.status == 1)
      #expect(result.errors.contains("ipvsadm -a -t 10.96.1.1:80 -r 203.0.113.255:8080"), "\(result.errors)")
      #expect(result.errors.contains("Invalid argument (errno 22)"), "\(result.errors)")
      #expect(
        try lab.virtualServers() == [
          "-A -t 10.96.1.1:80 -s rr", "-A -t 10.96.1.2:80 -s rr",
          "-a -t 10.96.1.2:80 -r 10.244.0.2:8080 -m -w 1",
        ])
    }

    /// ipset lists a range of a single host without its prefix length; kube-proxy compares texts, so it takes such a
    /// range out and puts it in again at every sync, and the allow-list has a hole meanwhile.
    @Test func aRangeOfASingleHostIsNotWrittenAgain() throws {
      let lab = try Lab("host32")
      defer { lab.close() }
      try lab.write(
        "web.yaml",
        Sample.service(
          "web", "10.96.1.1",
          extra: "  type: LoadBalancer\n  loadBalancerSourceRanges: [203.0.113.9/32]\n"
            + "status: {loadBalancer: {ingress: [{ip: 198.51.100.50}]}}"))
      let first = try lab.once()
      #expect(first.status == 0, "\(first.errors)")
      let listed = try lab.exec(["ipset", "list", "KUBE-LOAD-BALANCER-SOURCE-CIDR"]).output
      #expect(listed.contains("198.51.100.50,tcp:80,203.0.113.9\n"), "\(listed)")
      let plan = try lab.plan()
      #expect(plan.status == 0, "\(plan.output)")
    }

    @Test func withoutCapNetAdminOneSentenceSaysSo() throws {
      let lab = try Lab("nocap")
      defer { lab.close() }
      let result = try Shell.run(
        ["ip", "netns", "exec", lab.node, "setpriv", "--bounding-set", "-net_admin", Lab.binary, "--once"]
          + lab.nodeFlags)
      #expect(result.status == 3)
      #expect(result.errors.contains("NET_ADMIN"), "\(result.errors)")
    }

    @Test func aSchedulerTheKernelLacksIsNamed() throws {
      let lab = try Lab("sched")
      defer { lab.close() }
      let result = try lab.once(["--ipvs-scheduler", "nosuch"])
      #expect(result.status == 3)
      #expect(result.errors.contains("ip_vs_nosuch"), "\(result.errors)")
      try lab.write("web.yaml", Sample.service("web", "10.96.1.1"))
      #expect(try lab.once(["--ipvs-scheduler", "wlc"]).status == 0)
      #expect(try lab.virtualServers() == ["-A -t 10.96.1.1:80 -s wlc"])
    }

    @Test func whatSomebodyElseChangesIsPutRight() throws {
      let lab = try Lab("drift")
      defer { lab.close() }
      try lab.write(
        "web.yaml", Sample.documents([Sample.service("web", "10.96.1.1"), Sample.pod(1, app: "web")]))
      let program = try lab.start(["--ipvs-sync-period", "1s"])
      #expect(try lab.eventually { try lab.virtualServers().count == 2 }, "\(program.errors)")
      let rules = try lab.exec(["iptables-save", "-t", "nat"]).lines.filter { $0.contains("KUBE-") }
      _ = try lab.exec(["ipvsadm", "-C"])
      _ = try lab.exec(["iptables", "-t", "nat", "-F", "KUBE-SERVICES"])
      try lab.inNode(["addr del 10.96.1.1/32 dev kube-ipvs0"])
      #expect(
        try lab.eventually { try lab.virtualServers().count == 2 && lab.boundAddresses() == ["10.96.1.1/32"] }
      )
      #expect(
        try lab.eventually {
          try lab.exec(["iptables-save", "-t", "nat"]).lines.filter { $0.contains("KUBE-") } == rules
        })
    }

    @Test func inTheSteadyStateNoProgramIsRun() throws {
      let lab = try Lab("still")
      defer { lab.close() }
      try lab.write("web.yaml", Sample.service("web", "10.96.1.1"))
      let program = try lab.start(["--ipvs-sync-period", "1s"])
      func isServed() throws -> Bool { try lab.virtualServers() == ["-A -t 10.96.1.1:80 -s rr"] }
      #expect(try lab.eventually { try isServed() }, "\(program.errors)")
      // What is missing comes back with a resync, after the rules have had their turn in it.
      func awaitResync() throws {
        _ = try lab.exec(["ipvsadm", "-C"])
        #expect(try lab.eventually { try isServed() }, "\(program.errors)")
      }
      // The first looks once more at the rules of one family, for those of the other were written after them.
      for _ in 1...2 { try awaitResync() }
      let before = try pageFaultsOfChildren(program)
      #expect(before > 0)
      for _ in 1...3 { try awaitResync() }
      #expect(try pageFaultsOfChildren(program) == before)

      _ = try lab.exec(["iptables", "-t", "nat", "-N", "SOMEBODY-ELSES"])
      #expect(try lab.eventually { try pageFaultsOfChildren(program) > before }, "a change was not looked at")
    }

    /// The minor page faults of all children that have ended (cminflt of proc(5)): no program runs without some.
    private func pageFaultsOfChildren(_ command: RunningCommand) throws -> Int {
      let path = "/proc/\(command.process.processIdentifier)/stat"
      let fields = try String(contentsOfFile: path, encoding: .utf8).split(separator: ")").last?
        .split(separator: " ")
      let index = 11 - 3
      return try #require(fields.flatMap { $0.indices.contains(index) ? Int($0[index]) : nil })
    }
  }
}
