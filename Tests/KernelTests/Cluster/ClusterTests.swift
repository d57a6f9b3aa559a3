import Foundation
import Testing

extension KernelTests {
  /// Serving what an API server says.
  @Suite struct Cluster {
    private typealias Endpoint = ClusterObject.Endpoint

    private func webWithPods(_ servers: [(Int, weight: Int)]) -> [String] {
      ["-A -t 10.96.1.1:80 -s rr"]
        + servers.map { "-a -t 10.96.1.1:80 -r 10.244.0.\($0.0):8080 -m -w \($0.weight)" }
    }

    @Test func whatTheAPIServerSaysIsServedAndEveryChangeFollows() throws {
      let lab = try Lab("api")
      defer { lab.close() }
      for number in 1...3 { try lab.addPod(number) }
      let server = try APIServer(in: lab)
      try server.apply(
        ClusterObject.node(), ClusterObject.service("web", "10.96.1.1"),
        ClusterObject.slice("web", pods: 1, 2), ClusterObject.service("other", "10.96.1.2"))
      let program = try lab.start(on: server)
      func becomes(_ servers: [String]) throws -> Bool {
        try lab.eventually(60) { try lab.virtualServers() == servers.sorted() }
      }

      let other = ["-A -t 10.96.1.2:80 -s rr"]
      #expect(try becomes(webWithPods([(1, 1), (2, 1)]) + other), "\(program.errors)")
      #expect(try lab.eventually { try lab.boundAddresses() == ["10.96.1.1/32", "10.96.1.2/32"] })
      for namespace in [lab.client, lab.node, lab.podName(3)] {
        #expect(Set(try Client.responders(from: namespace, "10.96.1.1", 80).keys) == ["pod1", "pod2"])
      }

      try server.apply(ClusterObject.slice("web", pods: 1, 2, 3))
      #expect(try becomes(webWithPods([(1, 1), (2, 1), (3, 1)]) + other), "\(program.errors)")
      let kept = try Client.open(from: lab.client, "10.96.1.1", 80)
      let pod = try #require(try kept.ask().first { $0.isNumber }.flatMap { Int(String($0)) })
      let left = [1, 2, 3].filter { $0 != pod }
      let leaving = Endpoint(lab.podAddress(pod), isTerminating: true)
      try server.apply(ClusterObject.slice("web", [leaving] + left.map { Endpoint(lab.podAddress($0)) }))
      #expect(
        try becomes(webWithPods([(pod, 0)] + left.map { ($0, 1) }) + other), "\(program.errors)")
      #expect(
        Set(try Client.responders(from: lab.client, "10.96.1.1", 80).keys) == Set(left.map { "pod\($0)" }))
      #expect(try kept.ask().hasPrefix("pod\(pod) "))

      try server.delete("Service", "other")
      #expect(try becomes(webWithPods([(pod, 0)] + left.map { ($0, 1) })), "\(program.errors)")
      #expect(try lab.eventually { try lab.boundAddresses() == ["10.96.1.1/32"] })

      program.signal(SIGTERM)
      #expect(program.waitForExit() == 0)
      #expect(try kept.ask().hasPrefix("pod\(pod) "))
      #expect(try lab.virtualServers() == webWithPods([(pod, 0)] + left.map { ($0, 1) }).sorted())
    }

    @Test func aSingleRunServesAndThenNothingIsLeftToPlan() throws {
      let lab = try Lab("apionce")
      defer { lab.close() }
      let server = try APIServer(in: lab)
      try server.apply(
        ClusterObject.node(), ClusterObject.service("web", "10.96.1.1"),
        ClusterObject.slice("web", pods: 1, 2))
      let plan = lab.command(["plan"] + lab.clusterFlags(server))
      let before = try Shell.run(plan)
      #expect(before.status == 2, "\(before.errors)")
      #expect(before.lines.contains("ipvsadm -a -t 10.96.1.1:80 -r 10.244.0.2:8080 -m -w 1"))
      #expect(try lab.virtualServers() == [])

      let once = try Shell.run(lab.command(["--mode", "ipvs", "--once"] + lab.clusterFlags(server)))
      #expect(once.status == 0, "\(once.errors)")
      #expect(try lab.virtualServers() == webWithPods([(1, 1), (2, 1)]))
      let after = try Shell.run(plan)
      #expect(after.status == 0, "\(after.errors)")
      #expect(after.output == "")
      // Both read everything; neither has anything to write to the cluster.
      #expect(try server.tell(#"{"events": true}"#) == "[]")
    }

    @Test func whileTheAPIServerIsAwayTrafficFlowsAndNothingIsRemoved() throws {
      let lab = try Lab("apiaway")
      defer { lab.close() }
      for number in 1...2 { try lab.addPod(number) }
      let server = try APIServer(in: lab)
      try server.apply(
        ClusterObject.node(), ClusterObject.service("web", "10.96.1.1"), ClusterObject.slice("web", pods: 1),
        ClusterObject.service("other", "10.96.1.2"))
      let first = try lab.start(on: server)
      let served = webWithPods([(1, 1)]) + ["-A -t 10.96.1.2:80 -s rr"]
      #expect(try lab.eventually(60) { try lab.virtualServers() == served.sorted() }, "\(first.errors)")

      try server.tell(#"{"stop": true}"#)
      #expect(
        try lab.eventually(60) { first.errors.contains("what is in force stays") }, "\(first.errors)")
      #expect(try Client.ask(from: lab.client, "10.96.1.1", 80).hasPrefix("pod1 "))
      // One that starts meanwhile knows nothing, and so takes nothing for removed.
      first.signal(SIGTERM)
      #expect(first.waitForExit() == 0)
      let second = try lab.start(on: server)
      #expect(
        try lab.eventually(60) { second.errors.contains("what is in force stays") }, "\(second.errors)")
      #expect(try Client.ask(from: lab.client, "10.96.1.1", 80).hasPrefix("pod1 "))
      #expect(try lab.virtualServers() == served.sorted())
      #expect(try lab.boundAddresses() == ["10.96.1.1/32", "10.96.1.2/32"])

      // Changes that no watch will tell of, for their history is gone when the server is back.
      try server.apply(ClusterObject.slice("web", pods: 2), ClusterObject.service("new", "10.96.1.3"))
      try server.delete("Service", "other")
      try server.tell(#"{"compact": true}"#)
      try server.tell(#"{"start": true}"#)
      // What the client asked before is over, but IPVS remembers it for two minutes: pod 1 may still drain.
      let new = ["-A -t 10.96.1.3:80 -s rr"]
      let expected = [webWithPods([(2, 1)]) + new, webWithPods([(1, 0), (2, 1)]) + new].map { $0.sorted() }
      #expect(
        try lab.eventually(120) { expected.contains(try lab.virtualServers()) }, "\(second.errors)")
      #expect(try Client.ask(from: lab.client, "10.96.1.1", 80).hasPrefix("pod2 "))

      // And once more under a running program, which has something to compare with.
      try server.tell(#"{"stop": true}"#)
      try server.apply(ClusterObject.slice("web", pods: 1, 2))
      try server.delete("Service", "new")
      try server.tell(#"{"compact": true}"#)
      try server.tell(#"{"start": true}"#)
      #expect(
        try lab.eventually(120) { try lab.virtualServers() == webWithPods([(1, 1), (2, 1)]) },
        "\(second.errors)")
    }

    /// A pod's configuration names the API server by a virtual IP, which nobody but this program would serve.
    @Test func theAddressForPodsIsRefusedUnlessSomebodyAnswersThere() throws {
      let lab = try Lab("incluster")
      defer { lab.close() }
      let server = try APIServer(in: lab)
      try server.apply(
        ClusterObject.node(), ClusterObject.service("web", "10.96.1.1"), ClusterObject.slice("web", pods: 1))
      func once(host: String, port: UInt16) throws -> CommandResult {
        // The folder where the kubelet puts a pod's service account, for this process only.
        let script = """
          mkdir -p /run/secrets && mount -t tmpfs none /run/secrets || exit 99
          folder=/run/secrets/kubernetes.io/serviceaccount
          mkdir -p $folder && printf %s "$1" >$folder/token && shift
          cp "$(sed -n 's/ *certificate-authority: //p' "$1")" $folder/ca.crt && shift || exit 98
          exec "$@"
          """
        return try Shell.run(
          [
            "ip", "netns", "exec", lab.node, "env", "KUBERNETES_SERVICE_HOST=\(host)",
            "KUBERNETES_SERVICE_PORT=\(port)", "sh", "-c", script, "sh", APIServer.token,
            server.kubeconfig.path, Lab.binary, "--once", "--hostname-override", "node-a",
          ])
      }
      let trapped = try once(host: "10.96.0.1", port: 443)
      #expect(trapped.status == 1)
      #expect(trapped.errors.contains("10.96.0.1"), "\(trapped.errors)")
      #expect(trapped.errors.contains("needs the API server's real address"), "\(trapped.errors)")
      #expect(try lab.virtualServers() == [])

      // An emulated machine may take longer than the program waits for an answer: begun again, as by a supervisor.
      var reached = try once(host: "127.0.0.1", port: server.port)
      for _ in 1...4 where reached.errors.contains("no answer in time") {
        reached = try once(host: "127.0.0.1", port: server.port)
      }
      #expect(reached.status == 0, "\(reached.errors)")
      #expect(try lab.virtualServers() == webWithPods([(1, 1)]))
    }
  }
}
