import Addressing
import Glibc
import Testing

extension KernelTests {
  /// Connections and flows of datagrams outlive whoever put the virtual servers there.
  @Suite struct TakeoverTraffic {
    private static let web = "10.96.1.1"
    private static let web6 = "fd00:10:96::1"
    private static let dns = "10.96.1.2"
    private static let pods = 1...2

    /// What kube-proxy leaves of a TCP Service of both families and a UDP Service, with two pods each.
    private func kubeProxyState(_ lab: Lab) throws -> KubeProxyState {
      let scenario = try #require(ConformanceScenario.all.first { $0.name == "12-dual-stack" })
      var state = try KubeProxyState(recordedIn: try #require(scenario.steps.first))
      let services: [(server: String, pod: (Int) -> String)] = [
        ("-t \(Self.web):80", lab.podAddress), ("-u \(Self.dns):53", lab.podAddress),
        ("-t [\(Self.web6)]:80", { "[\(lab.podAddress6($0))]" }),
      ]
      state.servers = services.flatMap { service in
        ["-A \(service.server) -s rr"]
          + Self.pods.map { "-a \(service.server) -r \(service.pod($0)):8080 -m -w 1" }
      }
      state.addresses = ["\(Self.web)/32", "\(Self.dns)/32", "\(Self.web6)/128"]
      let hairpin = Self.pods.flatMap { pod in
        [
          "add KUBE-LOOP-BACK \(lab.podAddress(pod)),tcp:8080,\(lab.podAddress(pod))",
          "add KUBE-LOOP-BACK \(lab.podAddress(pod)),udp:8080,\(lab.podAddress(pod))",
          "add KUBE-6-LOOP-BACK \(lab.podAddress6(pod)),tcp:8080,\(lab.podAddress6(pod))",
        ]
      }
      state.sets =
        state.sets.filter { $0.hasPrefix("create ") } + hairpin + [
          "add KUBE-CLUSTER-IP \(Self.web),tcp:80", "add KUBE-CLUSTER-IP \(Self.dns),udp:53",
          "add KUBE-6-CLUSTER-IP \(Self.web6),tcp:80", "add KUBE-IPVS-IPS \(Self.web)",
          "add KUBE-IPVS-IPS \(Self.dns)", "add KUBE-6-IPVS-IPS \(Self.web6)",
        ]
      return state
    }

    private func manifest() -> String {
      Sample.documents(
        [
          Sample.service("web", Self.web, clusterIP6: Self.web6),
          Sample.service("dns", Self.dns, port: 53, transport: "UDP"),
        ] + Self.pods.flatMap { [Sample.pod($0, app: "web"), Sample.pod($0, app: "dns")] })
    }

    /// From outside, from a pod and from the node itself.
    private func openFlows(_ lab: Lab) throws -> [Flow] {
      try [lab.client, lab.podName(3), lab.node].flatMap { namespace in
        [
          try Flow(from: namespace, Self.web, 80, .tcp), try Flow(from: namespace, Self.web6, 80, .tcp),
          try Flow(from: namespace, Self.dns, 53, .udp), try Flow(from: namespace, Self.dns, 53, .udp),
        ]
      }
    }

    /// Starts the program and waits until it has done a round: it serves one Service more.
    private func start(_ lab: Lab, _ number: Int) throws -> RunningCommand {
      try lab.write("more\(number).yaml", Sample.service("more\(number)", "10.96.9.\(number)"))
      let program = try lab.start(["--service-cluster-ip-range", ConformanceRun.serviceRanges])
      #expect(
        try lab.eventually(120) { try lab.virtualServers().contains("-A -t 10.96.9.\(number):80 -s rr") },
        "\(program.errors.suffix(2000))")
      return program
    }

    @Test func flowsOutliveTakeoverKillUpgradeAndStop() throws {
      let lab = try Lab("flows")
      defer { lab.close() }
      for number in 1...3 { try lab.addPod(number) }
      try kubeProxyState(lab).replay(in: lab.node)
      try lab.keepTrackingDatagrams()
      // Left to the network plugin by kube-proxy.
      try lab.exec(["sysctl", "-qw", "net.ipv6.conf.all.forwarding=1"])
      try lab.write("web.yaml", manifest())
      let flows = try openFlows(lab)
      let tracked = try lab.trackedFlows()
      #expect(tracked.count == flows.count)
      func expectAlive(_ event: String) throws {
        for flow in flows where !flow.isAlive { Issue.record("\(flow) ended with \(event)") }
        #expect(try lab.trackedFlows() == tracked, "\(event)")
      }
      try expectAlive("nothing")

      let first = try start(lab, 1)
      try expectAlive("the takeover")
      first.signal(SIGKILL)
      first.waitForExit()
      try expectAlive("a kill")
      let second = try start(lab, 2)
      try expectAlive("the start after a kill")
      second.signal(SIGTERM)
      #expect(second.waitForExit() == 0)
      let third = try start(lab, 3)
      try expectAlive("an upgrade")
      third.signal(SIGTERM)
      #expect(third.waitForExit() == 0)
      try expectAlive("a stop")

      // A start that cleaned up first would be seen.
      #expect(try lab.cleanup().status == 0)
      #expect(flows.allSatisfy { !$0.isAlive })
    }
  }
}
