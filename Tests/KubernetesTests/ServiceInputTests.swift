import Addressing
import Reconciler
import Testing

@testable import Kubernetes

@Suite struct ServiceInputTests {
  /// The input of a Service "web" with this `spec` in flow style and these ingress items.
  private func input(_ spec: String, ingress: String = "", annotations: String = "") async throws
    -> ServiceInput
  {
    let text =
      annotatedYAML(annotations, spec: spec) + "status: {loadBalancer: {ingress: [\(ingress)]}}\n"
    return try #require(services(in: try await load(text))["web"] ?? nil)
  }

  @Test func externalIPsOfBothFamiliesStandInTheirOrderOnceEach() async throws {
    let input = try await input(
      "ports: [{port: 80}], externalIPs: [\"2001:db8::5\", 192.0.2.9, \"2001:db8:0::5\", 192.0.2.1]")
    #expect(input.externalIPs.map(\.description) == ["2001:db8::5", "192.0.2.9", "192.0.2.1"])
  }

  @Test func loadBalancerIPsAreThoseThatTheNodeServes() async throws {
    let input = try await input(
      "type: LoadBalancer, ports: [{port: 80}]",
      ingress:
        "{ip: 192.0.2.1}, {ip: 192.0.2.2, ipMode: VIP}, {ip: 192.0.2.3, ipMode: Proxy}, {hostname: lb.example.com}, {ip: \"2001:db8::1\"}, {ip: 192.0.2.1}"
    )
    #expect(input.loadBalancerIPs.map(\.description) == ["192.0.2.1", "192.0.2.2", "2001:db8::1"])
  }

  @Test(arguments: ["ClusterIP", "NodePort"])
  func onlyALoadBalancerHasLoadBalancerIPs(_ type: String) async throws {
    let input = try await input("type: \(type), ports: [{port: 80}]", ingress: "{ip: 192.0.2.1}")
    #expect(input.loadBalancerIPs == [])
  }

  @Test func loadBalancerIPsThatNobodyReachesAreToldAndNotServed() async throws {
    let update = try await load(
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {type: LoadBalancer, ports: [{port: 80}]}
      status:
        loadBalancer:
          ingress: [{ip: 192.0.2.1}, {ip: 127.0.0.1}, {ip: "::1", ipMode: Proxy}, {ip: 169.254.1.1}]
      """)
    #expect(
      services(in: update)["web"]??.loadBalancerIPs.map(\.description) == ["192.0.2.1", "169.254.1.1"])
    #expect(update.diagnostics.map(\.severity) == [.warning])
    #expect(
      update.diagnostics.map(\.description) == [
        "web.yaml:7: Service default/web: status.loadBalancer.ingress[1].ip: 127.0.0.1 is a loopback address: it is not served"
      ])
  }

  @Test func sourceRangesMayBePadded() async throws {
    let input = try await input(
      "type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [\" 10.1.2.3/8 \", \"fd00::/8\", \"0.0.0.0/0\"]"
    )
    #expect(input.sourceRanges.map(\.description) == ["10.0.0.0/8", "fd00::/8", "0.0.0.0/0"])
  }

  @Test func theSourceRangesOfAnAnnotationRestrictNobodyAndAreTold() async throws {
    let annotation = "\(AnnotationName.sourceRanges): 10.0.0.0/8"
    let update = try await load(
      annotatedYAML(annotation, spec: "type: LoadBalancer, ports: [{port: 80}]"))
    #expect(services(in: update)["web"]??.sourceRanges == [])
    #expect(update.diagnostics.map(\.severity) == [.warning])
    #expect(
      update.diagnostics.map(\.field)
        == ["metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]"])
    let both = try await load(
      annotatedYAML(
        annotation,
        spec: "type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [192.0.2.0/24]"))
    #expect(services(in: both)["web"]??.sourceRanges.map(\.description) == ["192.0.2.0/24"])
    #expect(both.diagnostics == [])
  }

  @Test(arguments: [
    ("type: NodePort, externalTrafficPolicy: Local", TrafficScope.local),
    ("type: LoadBalancer, externalTrafficPolicy: Local", .local),
    ("externalIPs: [192.0.2.1], externalTrafficPolicy: Local", .local),
    ("type: LoadBalancer, externalTrafficPolicy: Cluster", .cluster), ("type: NodePort", .cluster),
    ("internalTrafficPolicy: Local", .cluster),
  ])
  func theExternalScopeFollowsItsPolicy(_ spec: String, _ scope: TrafficScope) async throws {
    #expect(try await input("ports: [{port: 80}], \(spec)").externalScope == scope)
  }

  @Test func aLocalExternalPolicyMeansNothingWithoutAWayIn() throws {
    var spec = ServiceSpec()
    spec.externalTrafficPolicy = .local
    spec.ports = [ServicePort(port: 80, nodePort: 30_080)]
    let service = Service(metadata: ObjectMeta(name: "web"), spec: spec)
    let allocation = ServiceAllocation(
      clusterIPs: [try address("10.96.0.1")], nodePorts: [30_080], healthCheckNodePort: 30_990)
    let input = try #require(service.input(allocation))
    #expect(input.externalScope == .cluster)
    #expect(input.ports.map(\.nodePort) == [0])
    #expect(input.healthCheckNodePort == 0)
  }

  @Test(arguments: [
    ("internalTrafficPolicy: Local", TrafficScope.local), ("internalTrafficPolicy: Cluster", .cluster),
    ("type: NodePort, externalTrafficPolicy: Local", .cluster),
  ])
  func theInternalScopeFollowsItsPolicy(_ spec: String, _ scope: TrafficScope) async throws {
    #expect(try await input("ports: [{port: 80}], \(spec)").internalScope == scope)
  }

  @Test func aHealthCheckNodePortIsForLocalLoadBalancers() async throws {
    let local = try await input(
      "type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}], healthCheckNodePort: 30990")
    #expect(local.healthCheckNodePort == 30_990)
    let nodePort = try await input("type: NodePort, externalTrafficPolicy: Local, ports: [{port: 80}]")
    #expect(nodePort.healthCheckNodePort == 0)
  }

  @Test func hintsOfASliceReachItsEndpoints() async throws {
    let update = try await load(
      """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
      addressType: IPv4
      endpoints:
      - {addresses: [10.244.0.5], hints: {forZones: [{name: z1}, {name: z2}], forNodes: [{name: node-a}]}}
      - {addresses: [10.244.0.6]}
      """)
    let endpoints = try #require(slices(in: update)["web-1"] ?? nil).endpoints
    #expect(endpoints.map(\.zoneHints) == [["z1", "z2"], []])
    #expect(endpoints.map(\.nodeHints) == [["node-a"], []])
  }
}
