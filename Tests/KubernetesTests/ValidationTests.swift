import Testing

@testable import Kubernetes

@Suite struct ValidationTests {
  @Test(arguments: [
    ("ports: [{port: \"80\"}]", "spec.ports[0].port", "must be a whole number, not the string \"80\""),
    ("ports: [{port: 0}]", "spec.ports[0].port", "0 is not a port (1-65535)"),
    ("ports: [{name: a}]", "spec.ports[0].port", "is required: a port (1-65535)"),
    ("ports: [{port: 80.5}]", "spec.ports[0].port", "must be a whole number, not the number 80.5"),
    ("ports: {}", "spec.ports", "must be a list, not a mapping"),
    ("ports: [{port: 80, protocol: tcp}]", "spec.ports[0].protocol", "\"tcp\" is not one of TCP, UDP, SCTP"),
    (
      "ports: [{port: 80, name: A}]", "spec.ports[0].name", "\"A\" is not a DNS label (a-z, 0-9 and \"-\")"
    ),
    (
      "ports: [{port: 80}, {port: 81}]", "spec.ports[0].name", "is required where a Service has several ports"
    ),
    ("ports: [{port: 80, name: a}, {port: 81, name: a}]", "spec.ports[1].name", "\"a\" is there twice"),
    ("ports: [{port: 80, name: a}, {port: 80, name: b}]", "spec.ports[1].port", "80/TCP is there twice"),
    (
      "ports: [{port: 80, nodePort: 30000}]", "spec.ports[0].nodePort",
      "is for Services of type NodePort and LoadBalancer only"
    ),
    (
      "type: NodePort, ports: [{port: 80, name: a, nodePort: 30000}, {port: 81, name: b, nodePort: 30000}]",
      "spec.ports[1].nodePort", "30000/TCP is there twice"
    ),
    (
      "type: Cluster", "spec.type",
      "\"Cluster\" is not one of ClusterIP, NodePort, LoadBalancer, ExternalName"
    ),
    (
      "clusterIP: 10.096.0.1, ports: [{port: 80}]", "spec.clusterIP",
      "\"10.096.0.1\" is not an IP address (no leading zeros, no zone)"
    ),
    (
      "clusterIP: \"::ffff:10.96.0.1\", ports: [{port: 80}]", "spec.clusterIP",
      "::ffff:10.96.0.1 is an IPv4-mapped IPv6 address: write the IPv4 address"
    ),
    ("clusterIP: 127.0.0.1, ports: [{port: 80}]", "spec.clusterIP", "127.0.0.1 is a loopback address"),
    ("clusterIP: 169.254.0.1, ports: [{port: 80}]", "spec.clusterIP", "169.254.0.1 is a link-local address"),
    ("clusterIP: 224.0.0.1, ports: [{port: 80}]", "spec.clusterIP", "224.0.0.1 is a multicast address"),
    ("clusterIP: 0.0.0.0, ports: [{port: 80}]", "spec.clusterIP", "0.0.0.0 is the unspecified address"),
    (
      "clusterIP: 10.96.0.1, clusterIPs: [10.96.0.2], ports: [{port: 80}]", "spec.clusterIPs[0]",
      "must be the same as clusterIP"
    ),
    (
      "clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1, 10.96.0.2], ports: [{port: 80}]", "spec.clusterIPs[1]",
      "must be of the other family than the first address"
    ),
    (
      "clusterIP: 10.96.0.1, ipFamilies: [IPv6], ports: [{port: 80}]", "spec.ipFamilies",
      "must be in the order of clusterIPs: IPv4 first"
    ),
    ("ipFamilies: [IPv4, IPv4]", "spec.ipFamilies[1]", "IPv4 is there twice"),
    ("type: NodePort, clusterIP: None", "spec.clusterIP", "must not be None in a Service of type NodePort"),
    ("type: ExternalName", "spec.externalName", "is required"),
    (
      "ports: [{port: 80}], sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}",
      "spec.sessionAffinityConfig.clientIP.timeoutSeconds", "86401 is not in 1-86400 seconds"
    ),
    (
      "ports: [{port: 80}], selector: {app: 1}", "spec.selector[app]",
      "must be a string, not the number 1: put it in quotes"
    ),
    (
      "ports: [{port: 80}], publishNotReadyAddresses: 1", "spec.publishNotReadyAddresses",
      "must be true or false, not the number 1"
    ),
    (
      "ports: [{port: 80}], externalIPs: [127.0.0.1]", "spec.externalIPs[0]",
      "127.0.0.1 is a loopback address"
    ),
    (
      "ports: [{port: 80}], loadBalancerSourceRanges: [10.0.0.1]", "spec.loadBalancerSourceRanges[0]",
      "\"10.0.0.1\" is not a network (address/length)"
    ),
    (
      "type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [10.0.0.0/8, \"fd00::/129\"]",
      "spec.loadBalancerSourceRanges[1]", "\"fd00::/129\" is not a network (address/length)"
    ),
    (
      "type: NodePort, ports: [{port: 80}], loadBalancerSourceRanges: [10.0.0.0/8]",
      "spec.loadBalancerSourceRanges", "is for Services of type LoadBalancer only"
    ),
    (
      "ports: [{port: 80}], externalIPs: [192.0.2.1, 169.254.0.9]", "spec.externalIPs[1]",
      "169.254.0.9 is a link-local address"
    ),
    (
      "ports: [{port: 80}], externalIPs: [\"ff02::1\"]", "spec.externalIPs[0]",
      "ff02::1 is a multicast address"
    ),
    (
      "type: NodePort, ports: [{port: 80}], externalTrafficPolicy: local", "spec.externalTrafficPolicy",
      "\"local\" is not one of Cluster, Local"
    ),
    (
      "ports: [{port: 80}], externalTrafficPolicy: Local", "spec.externalTrafficPolicy",
      "is for Services of type NodePort or LoadBalancer, or with externalIPs, only"
    ),
    (
      "ports: [{port: 80}], internalTrafficPolicy: Node", "spec.internalTrafficPolicy",
      "\"Node\" is not one of Cluster, Local"
    ),
    (
      "type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}], healthCheckNodePort: 65536",
      "spec.healthCheckNodePort", "65536 is not a port (1-65535)"
    ),
    (
      "type: LoadBalancer, ports: [{port: 80}], healthCheckNodePort: 30990", "spec.healthCheckNodePort",
      "is for Services of type LoadBalancer with externalTrafficPolicy Local only"
    ),
    (
      "type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80, nodePort: 30990}], healthCheckNodePort: 30990",
      "spec.healthCheckNodePort", "30990/TCP is a nodePort of this Service"
    ),
    (
      "ports: [{port: 80, targetPort: -1}]", "spec.ports[0].targetPort", "-1 is not a port (1-65535)"
    ),
  ])
  func anInvalidServiceIsRefusedWithItsField(_ spec: String, _ field: String, _ message: String) throws {
    let parsed = try parse("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {\(spec)}")
    #expect(parsed.objects.isEmpty)
    #expect(parsed.diagnostics.map(\.field) == [field])
    #expect(parsed.diagnostics.map(\.message) == [message])
    #expect(parsed.diagnostics.allSatisfy { $0.severity == .error && $0.object == "Service default/web" })
  }

  @Test(arguments: ["Web", "-web", "web.x", String(repeating: "a", count: 64)])
  func aServiceNameMustBeADNSLabel(_ name: String) throws {
    let parsed = try parse(serviceYAML("\"\(name)\""))
    #expect(parsed.diagnostics.map(\.field) == ["metadata.name"])
  }

  @Test func anIPModeNeedsAnIP() throws {
    let parsed = try parse(
      serviceYAML("web", spec: "  {type: LoadBalancer, ports: [{port: 80}]}\n")
        + "status: {loadBalancer: {ingress: [{hostname: lb.example.com, ipMode: VIP}]}}\n")
    #expect(parsed.diagnostics.map(\.field) == ["status.loadBalancer.ingress[0].ipMode"])
    #expect(parsed.diagnostics.map(\.message) == ["must not be set without ip"])
  }

  @Test func affinityWithoutATimeoutLastsThreeHours() throws {
    let parsed = try parse(serviceYAML("web", spec: "  {ports: [{port: 80}], sessionAffinity: ClientIP}\n"))
    guard case .service(let service)? = parsed.objects.first?.object else {
      Issue.record("no Service: \(parsed.diagnostics)")
      return
    }
    #expect(service.spec.affinitySeconds == 10_800)
  }

  @Test func hexadecimalPortsAndQuotedAddressesAreWhatYAMLSays() throws {
    let parsed = try parse(serviceYAML("web", spec: "  clusterIP: \"10.96.0.10\"\n  ports: [{port: 0x50}]\n"))
    guard case .service(let service)? = parsed.objects.first?.object else {
      Issue.record("no Service: \(parsed.diagnostics)")
      return
    }
    #expect(service.spec.ports.map(\.port) == [80])
  }

  @Test(arguments: [
    ("addressType: IPv4\nendpoints: [{addresses: [fd00::1]}]", "endpoints[0].addresses[0]"),
    ("addressType: IPv4\nendpoints: [{addresses: []}]", "endpoints[0].addresses"),
    ("addressType: IPv5", "addressType"), ("endpoints: []", "addressType"),
    ("addressType: IPv4\nports: [{port: 80}, {port: 81}]", "ports[1].name"),
    (
      "addressType: IPv4\nendpoints: [{addresses: [10.0.0.1], conditions: {ready: \"true\"}}]",
      "endpoints[0].conditions.ready"
    ),
  ])
  func anInvalidSliceIsRefusedWithItsField(_ body: String, _ field: String) throws {
    let parsed = try parse(
      "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s}\n\(body)")
    #expect(parsed.diagnostics.map(\.field) == [field])
  }

  @Test func anInvalidPodOrNodeIsRefusedWithItsField() throws {
    let parsed = try parse(
      "{apiVersion: v1, kind: Pod, metadata: {name: p}, status: {podIP: 10.0.0.300}}\n---\n"
        + "{apiVersion: v1, kind: Node, metadata: {name: n}, spec: {podCIDRs: [10.0.0.0/33]}}")
    #expect(parsed.diagnostics.map(\.field) == ["status.podIP", "spec.podCIDRs[0]"])
  }
}
