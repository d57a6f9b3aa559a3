import Addressing
import Iptables
import Testing

extension KernelTests {
  /// S12 of kube-proxy's defects, kubernetes#139276: a masqueraded connection whose source port is a node port is said to
  /// hang, for IPVS would take the reply as one to the node port.
  ///
  /// It doesn't: conntrack gives the reply its destination back in PREROUTING, before IPVS sees it in LOCAL_IN. What does
  /// hang is a connection of the node's own from a node port, which nothing masquerades: IPVS takes its SYN+ACK for a
  /// new connection (tcp_conn_schedule of ip_vs_proto_tcp.c asks for SYN only).
  @Suite struct MasqueradePort {
    /// As many as there are connections to masquerade at the same time.
    private static let nodePorts: ClosedRange<UInt16> = 30080...30089
    private static let address = "10.96.1.1"
    private static let address6 = "fd00:10:96::1"

    @Test func aSourcePortThatIsANodePortHarmsNothingThatIsMasqueraded() throws {
      let lab = try serving("snat")
      defer { lab.close() }
      for family in IPFamily.allCases {
        try masquerade(lab, family, to: Self.nodePorts)
        try expectAnswers(lab, family)
        let ports = try sourcePorts(lab, family)
        #expect(ports.count == 2 * clients(lab, family).count)
        #expect(ports.allSatisfy(Self.nodePorts.contains), "\(ports)")
      }
      // The test can see such a connection hang.
      #expect(throws: SocketError.self) { try connectFromTheNode(lab, Self.nodePorts.lowerBound) }
      #expect(throws: Never.self) { try connectFromTheNode(lab, Self.nodePorts.upperBound + 1) }
    }

    /// MasqueradeBlock's ports: in force, in the words that iptables prints, and kept to.
    @Test func masqueradingKeepsToItsPorts() throws {
      let lab = try serving("keep")
      defer { lab.close() }
      let ports: ClosedRange<UInt16> = 40000...40019
      for family in IPFamily.allCases {
        try expectAnswers(lab, family)
        let own = try sourcePorts(lab, family)
        #expect(!own.allSatisfy(ports.contains), "the kernel's own choice lies in the range by chance")
        _ = try lab.exec(["conntrack", "-F"])

        let block = MasqueradeBlock(family: family, ports: ports)
        let rules = RuleSet(chains: block.rules.chains.filter { $0.id.name == "KUBE-POSTROUTING" })
        let program = family == .ipv4 ? "iptables" : "ip6tables"
        let saved = try NamespaceThread.run(lab.node) {
          try Shell.check(["\(program)-restore", "--noflush"], input: rules.restoreText)
          return try Shell.check(["\(program)-save"]).output
        }
        #expect(rules.missing(from: try #require(SavedRules(saved))).isEmpty, "\(saved)")
        try expectAnswers(lab, family)
        // Another pod's traffic to a ClusterIP is not masqueraded, and keeps its port.
        let kept = try sourcePorts(lab, family).filter(ports.contains)
        #expect(kept.count == 2 * (clients(lab, family).count - 1))
      }
    }

    /// A Service on TCP and UDP with pod 1, on node ports as well.
    private func serving(_ name: String) throws -> Lab {
      let lab = try Lab(name)
      for number in 1...2 { try lab.addPod(number) }
      let ports = Self.nodePorts.enumerated().flatMap { index, nodePort in
        ["tcp", "udp"].map { transport in
          "  - {name: \(transport)\(index), port: \(80 + index), targetPort: 8080, nodePort: \(nodePort), "
            + "protocol: \(transport.uppercased())}"
        }
      }
      try lab.write(
        "web.yaml",
        Sample.documents([
          """
          apiVersion: v1
          kind: Service
          metadata: {name: web}
          spec:
            type: NodePort
            clusterIP: \(Self.address)
            clusterIPs: ["\(Self.address)", "\(Self.address6)"]
            ipFamilyPolicy: RequireDualStack
            selector: {app: web}
            ports:
          \(ports.joined(separator: "\n"))
          """, Sample.pod(1, app: "web"),
        ]))
      let result = try lab.once(["--service-cluster-ip-range", ConformanceRun.serviceRanges])
      #expect(result.status == 0, "\(result.errors)")
      try lab.keepTrackingDatagrams()
      return lab
    }

    /// Who connects, from which of its addresses, and where to.
    private struct Asker: CustomStringConvertible {
      let namespace: String
      var source: IPAddress?
      let target: String
      let port: UInt16
      var description: String { "\(namespace) \(source?.description ?? "") to \(target) port \(port)" }
    }

    private func clients(_ lab: Lab, _ family: IPFamily) -> [Asker] {
      let isV4 = family == .ipv4
      let virtualIP = isV4 ? Self.address : Self.address6
      let node = isV4 ? Lab.nodeAddress : Lab.nodeAddress6
      // From outside, another pod, the pod itself, the node's unbound socket and its bound one.
      return [lab.client, lab.podName(2), lab.podName(1), lab.node].map {
        Asker(namespace: $0, target: virtualIP, port: 80)
      } + [
        Asker(namespace: lab.node, source: IPAddress(node), target: virtualIP, port: 80),
        Asker(namespace: lab.client, target: node, port: Self.nodePorts.lowerBound),
      ]
    }

    private func expectAnswers(_ lab: Lab, _ family: IPFamily) throws {
      for transport in [TransportProtocol.tcp, .udp] {
        for client in clients(lab, family) {
          let answer = try Client.ask(
            from: client.namespace, client.target, client.port, transport, source: client.source)
          #expect(answer.hasPrefix("pod1 "), "\(transport) from \(client)")
        }
      }
    }

    /// Gives everything that goes to pod 1 the node's address and one of these ports.
    private func masquerade(_ lab: Lab, _ family: IPFamily, to ports: ClosedRange<UInt16>) throws {
      let isV4 = family == .ipv4
      let source = isV4 ? Lab.nodeAddress : "[\(Lab.nodeAddress6)]"
      for transport in ["tcp", "udp"] {
        _ = try lab.exec([
          isV4 ? "iptables" : "ip6tables", "-t", "nat", "-I", "POSTROUTING", "-p", transport, "--dport",
          "8080",
          "-d", isV4 ? lab.podAddress(1) : lab.podAddress6(1), "-j", "SNAT",
          "--to-source", "\(source):\(ports.lowerBound)-\(ports.upperBound)",
        ])
      }
    }

    /// The ports that pod 1 saw its clients come from: the last one of a tracked connection.
    private func sourcePorts(_ lab: Lab, _ family: IPFamily) throws -> [UInt16] {
      try lab.exec(["conntrack", "-L", "-f", family == .ipv4 ? "ipv4" : "ipv6"]).lines.filter {
        $0.contains("sport=8080")
      }.compactMap { line in
        line.split(separator: " ").last { $0.hasPrefix("dport=") }.flatMap { UInt16($0.dropFirst(6)) }
      }
    }

    /// Straight to pod 1, past IPVS.
    private func connectFromTheNode(_ lab: Lab, _ port: UInt16) throws {
      let source = try #require(IPAddress(Lab.nodeAddress))
      let pod = try #require(IPAddress(lab.podAddress(1)))
      try NamespaceThread.run(lab.node) {
        let socket = try Socket(.tcp, .ipv4)
        socket.setTimeout(milliseconds: 2500)
        try socket.bind(source, port: port)
        try socket.connect(pod, port: 8080)
      }
    }
  }
}
