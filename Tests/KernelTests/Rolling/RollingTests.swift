import Addressing
import Foundation
import Testing

extension KernelTests {
  /// Every endpoint replaced, one after the other, under load from outside and from a pod that becomes an endpoint.
  @Suite struct Rolling {
    private static let address = "10.96.1.1"
    /// Pods 1 to 3 are replaced by 4 to 6.
    private static let replaced = [1, 2, 3]

    /// Ready endpoints, and one that is listed as terminating.
    private func manifest(ready: [Int], terminating: Int? = nil) -> String {
      let endpoints =
        ready.map { "- {addresses: [10.244.0.\($0)], nodeName: node-a, conditions: {ready: true}}" }
        + [terminating].compactMap { $0 }.map {
          "- {addresses: [10.244.0.\($0)], nodeName: node-a, "
            + "conditions: {ready: false, serving: true, terminating: true}}"
        }
      return """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          clusterIP: \(Self.address)
          ports:
          - {name: tcp, port: 80, targetPort: 8080, protocol: TCP}
          - {name: udp, port: 80, targetPort: 8080, protocol: UDP}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        ports: [{name: tcp, port: 8080, protocol: TCP}, {name: udp, port: 8080, protocol: UDP}]
        endpoints:
        \(endpoints.joined(separator: "\n"))

        """
    }

    /// The weight of a pod by transport ("-t", "-u"); nil where it is no real server.
    private func weight(_ lab: Lab, _ pod: Int, _ transport: String) throws -> String? {
      let line = try lab.virtualServers().first {
        $0.hasPrefix("-a \(transport) \(Self.address):80 -r 10.244.0.\(pod):8080 ")
      }
      return line.flatMap { $0.split(separator: " ").last.map(String.init) }
    }

    @Test func replacingAllEndpointsUnderLoadLosesNothing() throws {
      let lab = try Lab("rolling")
      defer { lab.close() }
      for number in 1...6 { try lab.addPod(number, serving: []) }
      var pods: [Int: RollingPod] = [:]
      defer { pods.values.forEach { $0.stop() } }
      for number in 1...6 {
        pods[number] = try RollingPod(name: "pod\(number)", namespace: lab.podName(number))
      }
      var ready = Self.replaced
      try lab.write("web.yaml", manifest(ready: ready))
      let program = try lab.start()
      #expect(try lab.eventually { try lab.virtualServers().count == 8 }, "\(program.errors)")

      let target = try #require(IPAddress(Self.address))
      let loads = [
        Load(
          from: lab.client, to: target,
          Load.Pace(newConnections: 50, keptAlive: 5, newPorts: 20, fixedPort: 20)),
        Load(
          from: lab.podName(4), to: target,
          Load.Pace(newConnections: 20, keptAlive: 5, newPorts: 10, fixedPort: 10)),
      ]
      let begin = Date()
      for old in Self.replaced {
        ready.removeAll { $0 == old }
        try lab.write("web.yaml", manifest(ready: ready, terminating: old))
        #expect(
          try lab.eventually { try weight(lab, old, "-t") == "0" && weight(lab, old, "-u") == "0" },
          "pod \(old) still gets new connections\n\(program.errors.suffix(2000))")
        ready.append(old + 3)
        try lab.write("web.yaml", manifest(ready: ready))
        #expect(
          try lab.eventually {
            try weight(lab, old + 3, "-t") == "1" && weight(lab, old + 3, "-u") == "1"
              && weight(lab, old, "-u") == nil
          }, "pod \(old) was not replaced\n\(program.errors.suffix(2000))")
        #expect(pods[old]?.finish() == 0, "pod \(old) ended with open connections")
      }
      usleep(500_000)
      let seconds = Int(Date().timeIntervalSince(begin))
      let reports = loads.map { $0.stop() }
      for report in reports { expect(report) }
      // Half of the pace at least: the emulated machine is late at times.
      #expect(reports[0].newConnections >= 25 * seconds, "\(reports[0].newConnections) in \(seconds) s")
    }

    private func expect(_ report: Load.Report) {
      #expect(report.failures == [])
      #expect(report.retransmissions <= Self.replaced.count)
      // Pods 1 to 3 had connections, and each ended its own.
      #expect(report.endedByServer >= Self.replaced.count)
      #expect(report.newPortDatagrams > 0 && report.fixedPortDatagrams > 0 && report.keptAliveRequests > 0)
    }
  }
}
