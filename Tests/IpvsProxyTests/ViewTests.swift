import ArgumentParser
import Terminal
import Testing

@testable import Inspection
@testable import IpvsProxy

/// What people see of answers.
@Suite struct ViewTests {
  private func service(_ change: (inout ServiceStatus) -> Void = { _ in }) -> ServiceStatus {
    let server = VirtualServerStatus(
      address: "10.96.0.1", port: 80, transport: "tcp", portName: "http", rule: "ClusterIP", scheduler: "rr",
      persistenceSeconds: nil, state: .programmed, reason: "", endpointList: "endpoints of every node",
      heldBy: "default/web", bindsAddress: true,
      realServers: [
        RealServerStatus(
          address: "10.244.0.5", port: 8080, state: .serving, weight: 1, weightInKernel: 1, reason: "ready",
          nodeName: "node-a", endpointSlice: "default/web-1"),
        RealServerStatus(
          address: "10.244.1.5", port: 8080, state: .out, weight: 0, weightInKernel: nil, reason: "not ready",
          nodeName: nil, endpointSlice: "default/web-1"),
      ],
      setMembers: [
        SetMemberStatus(entry: "KUBE-CLUSTER-IP 10.96.0.1,tcp:80", purpose: "records it", isInKernel: true)
      ])
    var status = ServiceStatus(
      namespace: "default", name: "web", type: "NodePort", clusterIPs: ["10.96.0.1"], externalIPs: [],
      loadBalancerIPs: [],
      ports: [ServiceStatus.Port(name: "http", transport: "tcp", port: 80, nodePort: 30080)], createdAt: 1000,
      internalTrafficPolicy: "Cluster", externalTrafficPolicy: "Local", sessionAffinitySeconds: nil,
      healthCheckNodePort: nil, state: .programmed, reason: "", servingEndpoints: 1, endpoints: 2,
      virtualServers: [server], refusedAddresses: [],
      unusedEndpoints: [
        UnusedEndpoint(
          address: "10.244.9.9", nodeName: nil, endpointSlice: "default/web-2", reason: "no such port")
      ], setMembers: [])
    change(&status)
    return status
  }

  @Test func servicesHaveKubectlsColumnsAndTheState() {
    let pending = service {
      $0.name = "db"
      ($0.state, $0.reason, $0.createdAt) = (.pending, "not yet", 0)
    }
    let table = ServiceTable([service(), pending], hasNamespaces: true, isWide: false, now: 1000 + 3600 * 5)
    #expect(
      table.lines(Display()) == [
        "NAMESPACE   NAME   TYPE       CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE         STATE",
        "default     web    NodePort   10.96.0.1    <none>        80:30080/TCP   5h          Programmed",
        "default     db     NodePort   10.96.0.1    <none>        80:30080/TCP   <unknown>   Pending: not yet",
      ])
    let wide = ServiceTable([service()], hasNamespaces: false, isWide: true, now: 1000)
    #expect(
      wide.lines(Display())[1]
        == "web    NodePort   10.96.0.1    <none>        80:30080/TCP   0s    1/2         Cluster    Local      Programmed"
    )
  }

  @Test(arguments: [
    (0, "0s"), (119, "119s"), (120, "2m"), (150, "2m30s"), (600, "10m"), (10_799, "179m"), (10_800, "3h"),
    (14_460, "4h1m"), (28_800, "8h"), (172_800, "2d"), (180_000, "2d2h"), (691_200, "8d"), (63_072_000, "2y"),
    (66_009_600, "2y34d"), (252_288_000, "8y"),
  ]) func agesAreKubectls(seconds: Int64, text: String) { #expect(Age.text(seconds) == text) }

  @Test func endpointsAreOnePerLine() {
    let endpoints = EndpointStatus.all(service())
    let table = EndpointTable(endpoints, hasNamespaces: false, isWide: false)
    #expect(
      table.lines(Display()) == [
        "SERVICE   PORT       ENDPOINT          NODE        WEIGHT   STATE",
        "web       http/tcp   10.244.0.5:8080   node-a      1        Serving",
        "web       http/tcp   10.244.1.5:8080   <unknown>   -        Out: not ready",
      ])
  }

  @Test func anEndpointThatServesSomeAddressesOnlySaysWhich() throws {
    let status = service {
      var local = $0.virtualServers[0]
      (local.rule, local.address) = ("NodePort", "192.168.77.1")
      (local.realServers[0].state, local.realServers[0].reason) = (
        .out, "policy Local, and it is on node node-a"
      )
      $0.virtualServers.append(local)
    }
    let first = try #require(EndpointStatus.all(status).first)
    #expect(first.state == .serving && first.weight == 1)
    #expect(first.reason == "not for NodePort: policy Local, and it is on node node-a")
  }

  @Test func anExplanationNamesEverythingOnce() {
    let lines = ExplanationText(Explanation(question: "web", service: service())).lines(Display())
    #expect(
      lines == [
        "Service default/web, NodePort: Programmed",
        "internalTrafficPolicy Cluster, externalTrafficPolicy Local", "",
        "10.96.0.1:80/tcp  ClusterIP of port http  Programmed",
        "  address on kube-ipvs0; scheduler rr; endpoints of every node",
        "  REAL SERVER       NODE     WEIGHT   IN KERNEL   WHY",
        "  10.244.0.5:8080   node-a   1        1           Serving: ready",
        "  10.244.1.5:8080   -        0        -           Out: not ready",
        "  SET MEMBER                         IN KERNEL   WHAT FOR",
        "  KUBE-CLUSTER-IP 10.96.0.1,tcp:80   yes         records it", "",
        "FOR NO PORT   NODE   ENDPOINTSLICE   WHY", "10.244.9.9    -      default/web-2   no such port",
      ])
  }

  @Test func hostsAndVariablesAreKubernetes() {
    let two = service {
      $0.name = "my-db"
      ($0.namespace, $0.clusterIPs) = ("shop", ["10.96.0.2", "fd96::2"])
      $0.ports = [ServiceStatus.Port(name: "", transport: "udp", port: 53, nodePort: nil)]
    }
    let alias = UnservedService(namespace: "shop", name: "far", externalName: "db.example.com")
    #expect(
      HostsFile.lines([two], [alias], namespace: "shop", domain: "cluster.local") == [
        "10.96.0.2\tmy-db.shop.svc.cluster.local my-db.shop.svc my-db.shop my-db",
        "fd96::2\tmy-db.shop.svc.cluster.local my-db.shop.svc my-db.shop my-db",
        "# far.shop.svc.cluster.local is another name for db.example.com (ExternalName)",
      ])
    #expect(
      ServiceEnvironment.lines([two]) == [
        "MY_DB_SERVICE_HOST=10.96.0.2", "MY_DB_SERVICE_PORT=53", "MY_DB_PORT=udp://10.96.0.2:53",
        "MY_DB_PORT_53_UDP=udp://10.96.0.2:53", "MY_DB_PORT_53_UDP_PROTO=udp", "MY_DB_PORT_53_UDP_PORT=53",
        "MY_DB_PORT_53_UDP_ADDR=10.96.0.2",
      ])
    #expect(ServiceEnvironment.lines([service { $0.name = "1password" }]).isEmpty)
    #expect(ServiceEnvironment.lines([service()]).contains("WEB_SERVICE_PORT_HTTP=80"))
  }

  @Test func commandsTakeTheirArguments() throws {
    let get = try #require(
      try IpvsProxy.parseAsRoot([
        "get", "svc", "web", "-n", "shop", "-o", "wide", "--manifests", "m", "--", "--v", "2",
      ])
        as? GetCommand)
    #expect(get.resource == .services && get.name == "web" && get.namespace == "shop" && get.output == .wide)
    #expect(get.source.sourceFlags == ["--manifests", "m", "--v", "2"])
    let explain = try #require(
      try IpvsProxy.parseAsRoot(["explain", "10.96.0.1:53/udp", "--from", "10.244.0.5"]) as? ExplainCommand)
    #expect(explain.target == "10.96.0.1:53/udp" && explain.from == "10.244.0.5")
    #expect(explain.source.sourceFlags.isEmpty && explain.source.adminSocket == "/run/ipvs-proxy/admin.sock")
    #expect(try IpvsProxy.parseAsRoot(["status", "-o", "json"]) is StatusCommand)
    let top = try #require(
      try IpvsProxy.parseAsRoot([
        "top", "--once", "--sort", "in", "-n", "shop", "--interval", "0.5", "-o", "yaml",
      ]) as? TopCommand)
    #expect(top.once && top.sort == .incoming && top.namespace == "shop" && top.interval == 0.5)
    let diff = try #require(try IpvsProxy.parseAsRoot(["diff", "--manifests", "m"]) as? PlanCommand)
    #expect(diff.arguments == ["--manifests", "m"])
  }

  @Test(arguments: [
    ["get", "pods"], ["get", "nodes", "-o", "env"], ["get", "svc", "-A", "-o", "env"],
    ["get", "svc", "--", "--v=2"], ["top", "--once", "--interval", "0"], ["top", "-o", "json"],
    ["top", "--once", "--sort", "size"],
    ["explain"],
  ]) func whatMakesNoSenseIsAUsageError(arguments: [String]) {
    let error = #expect(throws: (any Error).self) { try IpvsProxy.parseAsRoot(arguments) }
    if let error { #expect(IpvsProxy.exitCode(for: error).rawValue == 64) }
  }
}
