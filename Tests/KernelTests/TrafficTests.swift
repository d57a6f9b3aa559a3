import Addressing
import Foundation
import Testing

extension KernelTests {
  /// Who answers, and which source address it sees.
  @Suite struct Traffic {
    @Test func threePodsAnswerInTurn() throws {
      let lab = try Lab("turn")
      defer { lab.close() }
      for number in 1...3 { try lab.addPod(number) }
      try lab.write(
        "web.yaml",
        Sample.documents(
          [Sample.service("web", "10.96.1.1", clusterIP6: "fd00:10:96::1")]
            + (1...3).map { Sample.pod($0, app: "web") }))
      let result = try lab.once(["--service-cluster-ip-range", "10.96.0.0/12,fd00:10:96::/112"])
      #expect(result.status == 0, "\(result.errors)")

      for address in ["10.96.1.1", "fd00:10:96::1"] {
        for namespace in [lab.client, lab.node, lab.podName(1)] {
          let responders = try Client.responders(from: namespace, address, 80)
          #expect(Set(responders.keys) == ["pod1", "pod2", "pod3"], "\(address) from \(namespace)")
        }
      }
      let family6 = lab.podAddress6(2)
      #expect(
        try lab.virtualServers()
          == [
            "-A -t 10.96.1.1:80 -s rr", "-A -t [fd00:10:96::1]:80 -s rr",
            "-a -t 10.96.1.1:80 -r 10.244.0.1:8080 -m -w 1", "-a -t 10.96.1.1:80 -r 10.244.0.2:8080 -m -w 1",
            "-a -t 10.96.1.1:80 -r 10.244.0.3:8080 -m -w 1",
            "-a -t [fd00:10:96::1]:80 -r [fd00:10:244::1]:8080 -m -w 1",
            "-a -t [fd00:10:96::1]:80 -r [\(family6)]:8080 -m -w 1",
            "-a -t [fd00:10:96::1]:80 -r [fd00:10:244::3]:8080 -m -w 1",
          ].sorted())
      #expect(try lab.boundAddresses() == ["10.96.1.1/32", "fd00:10:96::1/128"])
    }

    @Test func whoIsMasqueradedAndWhoIsNot() throws {
      let lab = try Lab("masq")
      defer { lab.close() }
      for number in 1...2 { try lab.addPod(number) }
      try lab.write(
        "web.yaml",
        Sample.documents([
          Sample.service("web", "10.96.1.1", clusterIP6: "fd00:10:96::1"), Sample.pod(1, app: "web"),
        ]))
      let result = try lab.once(["--service-cluster-ip-range", "10.96.0.0/12,fd00:10:96::/112"])
      #expect(result.status == 0, "\(result.errors)")
      let expected: [(namespace: String, v4: String, v6: String)] = [
        // Another pod is inside the cluster CIDR: seen as it is.
        (lab.podName(2), lab.podAddress(2), lab.podAddress6(2)),
        // From outside, from the node itself, and a pod that reaches itself: masqueraded.
        (lab.client, Lab.nodeAddress, Lab.nodeAddress6), (lab.node, Lab.nodeAddress, Lab.nodeAddress6),
        (lab.podName(1), Lab.nodeAddress, Lab.nodeAddress6),
      ]
      for (namespace, v4, v6) in expected {
        #expect(try Client.ask(from: namespace, "10.96.1.1", 80) == "pod1 \(v4)", "from \(namespace)")
        #expect(try Client.ask(from: namespace, "fd00:10:96::1", 80) == "pod1 \(v6)", "from \(namespace)")
      }
    }

    @Test func udpAndSctpAnswerToo() throws {
      let lab = try Lab("udp")
      defer { lab.close() }
      let listeners = PodServer.usual + [PodServer.Listener(transport: .sctp, family: .ipv4, port: 8080)]
      for number in 1...2 { try lab.addPod(number, serving: listeners) }
      try lab.write(
        "dns.yaml",
        Sample.documents([
          Sample.service("dns", "10.96.1.1", port: 53, transport: "UDP"),
          Sample.service("sip", "10.96.1.2", port: 5060, transport: "SCTP"), Sample.pod(1, app: "dns"),
          Sample.pod(2, app: "sip"),
        ]))
      let result = try lab.once()
      #expect(result.status == 0, "\(result.errors)")
      for namespace in [lab.client, lab.node, lab.podName(1), lab.podName(2)] {
        #expect(try Client.responders(from: namespace, "10.96.1.1", 53, .udp, count: 3) == ["pod1": 3])
        #expect(try Client.responders(from: namespace, "10.96.1.2", 5060, .sctp, count: 2) == ["pod2": 2])
      }
    }

    @Test func clientAffinitySticks() throws {
      let lab = try Lab("sticky")
      defer { lab.close() }
      for number in 1...3 { try lab.addPod(number) }
      try lab.write(
        "web.yaml",
        Sample.documents(
          [Sample.service("web", "10.96.1.1", extra: "  sessionAffinity: ClientIP")]
            + (1...3).map { Sample.pod($0, app: "web") }))
      #expect(try lab.once().status == 0)
      #expect(try Client.responders(from: lab.client, "10.96.1.1", 80).count == 1)
      #expect(try lab.virtualServers().contains("-A -t 10.96.1.1:80 -s rr -p 10800"))
    }

    @Test func podsOnOneBridgeReachEachOtherThroughAService() throws {
      let lab = try Lab("bridge")
      defer { lab.close() }
      try lab.addBridgedPods([21, 22])
      try lab.write(
        "web.yaml", Sample.documents([Sample.service("web", "10.96.1.1"), Sample.pod(21, app: "web")]))
      #expect(try lab.once().status == 0)
      // Replies between ports of a bridge reach IPVS only because iptables sees bridged packets.
      #expect(try Client.ask(from: lab.podName(22), "10.96.1.1", 80) == "pod21 \(lab.podAddress(22))")
      #expect(try Client.ask(from: lab.podName(21), "10.96.1.1", 80).hasPrefix("pod21 "))
    }

    @Test func aPodThatLeavesLosesNoRequestAndKeepsItsConnections() throws {
      let lab = try Lab("leave")
      defer { lab.close() }
      for number in 1...2 { try lab.addPod(number) }
      let manifests: (Bool?) -> String = { first in
        Sample.documents(
          [Sample.service("web", "10.96.1.1"), Sample.pod(2, app: "web")]
            + (first.map { [Sample.pod(1, app: "web", terminating: $0)] } ?? []))
      }
      try lab.write("web.yaml", manifests(false))
      let program = try lab.start()
      #expect(try lab.eventually { try lab.virtualServers().count == 3 }, "\(program.errors)")
      // Round robin: one of two connections is pod1's.
      let connections = try (1...2).map { _ in try Client.open(from: lab.client, "10.96.1.1", 80) }
      let kept = try #require(try connections.first { try $0.ask().hasPrefix("pod1") })

      try lab.write("web.yaml", manifests(true))
      #expect(try lab.eventually { try lab.weights()["10.244.0.1:8080"] == "0" })
      #expect(try Client.responders(from: lab.client, "10.96.1.1", 80, count: 5) == ["pod2": 5])
      try lab.write("web.yaml", manifests(nil))
      #expect(try Client.responders(from: lab.client, "10.96.1.1", 80, count: 5) == ["pod2": 5])
      #expect(try kept.ask().hasPrefix("pod1"))

      try lab.write("web.yaml", manifests(false))
      #expect(try lab.eventually { try lab.weights()["10.244.0.1:8080"] == "1" })
      #expect(try kept.ask().hasPrefix("pod1"))
      #expect(
        try Client.responders(from: lab.client, "10.96.1.1", 80, count: 6).keys.sorted() == ["pod1", "pod2"])
      program.signal(SIGTERM)
      #expect(program.waitForExit() == 0)
      #expect(try kept.ask().hasPrefix("pod1"))
    }
  }
}

extension Lab {
  /// Weights by real server.
  func weights() throws -> [String: String] {
    var result: [String: String] = [:]
    for line in try virtualServers() {
      let words = line.split(separator: " ").map(String.init)
      guard let server = words.firstIndex(of: "-r"), let weight = words.firstIndex(of: "-w") else { continue }
      result[words[server + 1]] = words[weight + 1]
    }
    return result
  }
}
