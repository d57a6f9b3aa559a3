import Foundation
import Testing

extension KernelTests.Cluster {
  /// What kube-proxy 1.36 answers, recorded; times are left to their form.
  private static let time = "TIME"
  private static let families =
    #""status":{"IPv4":{"lastUpdated":"TIME","healthy":true},"IPv6":{"lastUpdated":"TIME","healthy":true}}}"#
  private static let healthz =
    #"{"lastUpdated":"TIME","currentTime":"TIME","nodeEligible":true,"healthy":true,"# + families
  private static let livez = #"{"lastUpdated":"TIME","currentTime":"TIME","healthy":true,"# + families
  private static let headers = ["Content-Type", "X-Content-Type-Options", "Date", "Content-Length"]

  /// The body with each time taken out that is one, in Go's form of RFC 3339, and of today.
  private func withoutTimes(_ body: String) -> String {
    body.replacing(/"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{0,8}[1-9])?Z"/) { match in
      let date = try? Date(String(match.1) + "Z", strategy: .iso8601)
      return date.map { abs($0.timeIntervalSinceNow) < 3600 } == true ? "\"\(Self.time)\"" : String(match.0)
    }
  }

  private func expectHeaders(_ reply: HTTPReply, contentType: String = "application/json") throws {
    #expect(reply["Content-Type"] == contentType)
    #expect(reply["X-Content-Type-Options"] == "nosniff")
    #expect(reply["Content-Length"] == "\(reply.body.utf8.count)")
    let date = try #require(reply["Date"])
    #expect(
      date.wholeMatch(of: /[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/) != nil, "\(date)")
  }

  @Test func healthIsAnsweredFieldByFieldAsKubeProxyDoes() throws {
    let lab = try Lab("health")
    defer { lab.close() }
    let server = try APIServer(in: lab)
    try server.apply(ClusterObject.node(), ClusterObject.service("web", "10.96.1.1"))
    let program = try lab.start(on: server)
    #expect(try lab.eventually(60) { try lab.virtualServers().count == 1 }, "\(program.errors)")
    // The round's end is told after the kernel has it all.
    func health(_ address: String = "127.0.0.1") throws -> HTTPReply {
      try HTTPReply.get(from: lab.node, address, 10256, "/healthz")
    }
    #expect(try lab.eventually { try withoutTimes(health().body) == Self.healthz }, "\(program.errors)")

    for (namespace, address) in [
      (lab.node, "127.0.0.1"), (lab.node, "::1"), (lab.client, Lab.nodeAddress),
      (lab.client, Lab.nodeAddress6),
    ] {
      for (path, body) in [("/healthz", Self.healthz), ("/livez", Self.livez)] {
        let reply = try HTTPReply.get(from: namespace, address, 10256, path)
        #expect(reply.status == 200, "\(path) at \(address)")
        #expect(withoutTimes(reply.body) == body, "\(path) at \(address)")
        #expect(reply.headerNames == Self.headers)
        try expectHeaders(reply)
      }
    }
    let mode = try HTTPReply.get(from: lab.node, "127.0.0.1", 10249, "/proxyMode")
    #expect(mode.status == 200 && mode.body == "ipvs")
    #expect(mode.headerNames == Self.headers)
    try expectHeaders(mode, contentType: "text/plain; charset=utf-8")

    // A node about to be deleted is fine, but should get no traffic.
    let healthy = (try health()).status
    #expect(healthy == 200)
    try server.apply(ClusterObject.node(taints: ["ToBeDeletedByClusterAutoscaler"]))
    #expect(try lab.eventually(60) { try health().status == 503 }, "\(program.errors)")
    let leaving = try health()
    #expect(
      withoutTimes(leaving.body)
        == Self.healthz.replacing(
          "\"nodeEligible\":true,\"healthy\":true", with: "\"nodeEligible\":false,\"healthy\":false"))
    try expectHeaders(leaving)
    let alive = try HTTPReply.get(from: lab.node, "127.0.0.1", 10256, "/livez")
    #expect(alive.status == 200 && withoutTimes(alive.body) == Self.livez)
    try server.apply(ClusterObject.node())
    #expect(try lab.eventually(60) { try health().status == 200 }, "\(program.errors)")
    #expect(try HTTPReply.get(from: lab.node, "127.0.0.1", 10256, "/nothing").status == 404)
  }

  @Test func aHealthCheckPortTellsLoadBalancersOfLocalEndpoints() throws {
    let lab = try Lab("hcport")
    defer { lab.close() }
    let server = try APIServer(in: lab)
    let balanced = ClusterObject.service(
      "lb-local", "10.96.1.1", type: "LoadBalancer",
      spec: #", "externalTrafficPolicy": "Local", "healthCheckNodePort": 30990, "#
        + #""allocateLoadBalancerNodePorts": false"#, ingress: ["198.51.100.50"])
    let remote = ClusterObject.Endpoint("10.244.1.9", on: "node-b")
    try server.apply(
      ClusterObject.node(), balanced,
      ClusterObject.slice("lb-local", [ClusterObject.Endpoint("10.244.0.1"), remote]))
    // A machine that lets in only what somebody accepts.
    try lab.exec(["iptables", "-P", "INPUT", "DROP"])
    try lab.exec(["iptables", "-A", "INPUT", "-i", "lo", "-j", "ACCEPT"])
    let program = try lab.start(on: server)
    func ask() -> HTTPReply? { try? HTTPReply.get(from: lab.client, Lab.nodeAddress, 30990, "/") }
    #expect(try lab.eventually(90) { ask()?.status == 200 }, "\(program.errors)")

    let open = try #require(ask())
    #expect(open.body == Self.healthCheck(localEndpoints: 1))
    #expect(
      open.headerNames == [
        "Content-Type", "X-Content-Type-Options", "X-Load-Balancing-Endpoint-Weight", "Date",
        "Content-Length",
      ])
    #expect(open["X-Load-Balancing-Endpoint-Weight"] == "1")
    try expectHeaders(open)
    // It was the rule that let it in: a port that nobody asked for is closed.
    #expect(throws: SocketError.self) {
      try Client.open(from: lab.client, Lab.nodeAddress, 10256, timeout: 2)
    }

    try server.apply(ClusterObject.slice("lb-local", [remote]))
    #expect(try lab.eventually(60) { ask()?.status == 503 }, "\(program.errors)")
    let closed = try #require(ask())
    #expect(closed.body == Self.healthCheck(localEndpoints: 0))
    #expect(closed["X-Load-Balancing-Endpoint-Weight"] == "0")
    try expectHeaders(closed)

    try server.delete("Service", "lb-local")
    #expect(try lab.eventually(60) { ask() == nil }, "\(program.errors)")
    #expect(throws: SocketError.self) { try Client.open(from: lab.node, "127.0.0.1", 30990, timeout: 2) }
  }

  private static func healthCheck(localEndpoints: Int) -> String {
    """
    {
    \t"service": {
    \t\t"namespace": "default",
    \t\t"name": "lb-local"
    \t},
    \t"localEndpoints": \(localEndpoints),
    \t"serviceProxyHealthy": true
    }
    """
  }
}
