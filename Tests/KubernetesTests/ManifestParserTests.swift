import Addressing
import Testing

@testable import Kubernetes

@Suite struct ManifestParserTests {
  static let scenarios = [
    "01-clusterip-tcp", "02-multi-port-dns", "03-nodeport", "04-loadbalancer-two-ips", "05-external-ips",
    "06-session-affinity", "07-etp-local", "08-itp-local", "09-lb-source-ranges", "10-no-endpoints",
    "11-ignored-services", "12-dual-stack", "13-sctp", "14-terminating", "15-zone-hints", "16-several-slices",
  ]

  @Test(arguments: scenarios)
  func conformanceScenariosDecodeWithoutDiagnostics(_ name: String) throws {
    let parsed = try ManifestParser.parse(try fixture("conformance/\(name).yaml"), file: name)
    #expect(parsed.isWhole)
    #expect(parsed.diagnostics == [])
    #expect(parsed.objects.count >= 5)
  }

  @Test(arguments: [("services.list", 19), ("endpointslices.list", 19), ("nodes.list", 1)])
  func listsRecordedFromTheAPIDecodeWhole(_ name: String, _ count: Int) throws {
    let parsed = try ManifestParser.parse(try fixture("recorded/\(name).json"), file: name)
    #expect(parsed.diagnostics == [])
    #expect(parsed.objects.count == count)
  }

  @Test func everyFieldOfARecordedServiceIsRead() throws {
    let parsed = try ManifestParser.parse(try fixture("recorded/services.list.json"), file: "s")
    let services = parsed.objects.compactMap { placed -> Service? in
      if case .service(let service) = placed.object { return service }
      return nil
    }
    let local = try #require(services.first { $0.metadata.name == "lb-local" })
    #expect(local.spec.type == .loadBalancer)
    #expect(local.spec.externalTrafficPolicy == .local)
    #expect(local.spec.healthCheckNodePort == 30990)
    #expect(local.spec.ports.first?.nodePort == 30082)
    #expect(local.spec.ports.first?.targetPort == .number(8443))
    #expect(local.status.loadBalancer.ingress == [LoadBalancerIngress(ip: "172.30.9.6", ipMode: .vip)])
    let ranges = try #require(services.first { $0.metadata.name == "lb-ranges" })
    #expect(ranges.spec.loadBalancerSourceRanges == ["203.0.113.0/24", "198.51.100.7/32"])
    let affinity = try #require(services.first { $0.metadata.name == "affinity" })
    #expect(affinity.spec.affinitySeconds == 600)
    let dual = try #require(services.first { $0.metadata.name == "dual" })
    #expect(dual.spec.clusterIPs == ["10.96.1.10", "fd00:10:96::a"])
    #expect(dual.spec.ipFamilyPolicy == .requireDualStack)
  }

  @Test func severalDocumentsAndListsInOneFileAreRead() throws {
    let text = """
      # only a comment
      ---
      \(serviceYAML("a"))
      ---
      ---
      apiVersion: v1
      kind: List
      items:
      - {apiVersion: v1, kind: Service, metadata: {name: b}, spec: {ports: [{port: 80}]}}
      - {apiVersion: v1, kind: Node, metadata: {name: n}}
      """
    let parsed = try parse(text)
    #expect(
      parsed.objects.map(\.object.id.description) == ["Service default/a", "Service default/b", "Node n"])
  }

  @Test func otherKindsAreNotedOncePerKind() throws {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    let knative = "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: k, namespace: x}\n"
    let parsed = try parse("# first\n\n\(deployment)---\n\(deployment)---\n\(knative)")
    #expect(parsed.isWhole)
    #expect(
      parsed.diagnostics.map(\.description) == [
        "web.yaml:3: Deployment default/web is ignored: only Service, EndpointSlice, Pod and Node are read",
        "web.yaml:11: Service x/k is ignored: only Service, EndpointSlice, Pod and Node are read",
      ])
  }

  @Test func anErrorNamesFileLineObjectAndField() throws {
    let text = """
      apiVersion: v1
      kind: Service
      metadata:
        name: web
      spec:
        ports:
        - name: a
          port: 80
        - name: b
          protocol: TCP
          port: 70000
      """
    let parsed = try parse(text)
    #expect(parsed.objects.isEmpty)
    #expect(!parsed.isWhole)
    #expect(
      parsed.diagnostics.map(\.description) == [
        "web.yaml:11: Service default/web: spec.ports[1].port: 70000 is not a port (1-65535)"
      ])
  }

  @Test func oneInvalidObjectDoesNotHideTheOthers() throws {
    let parsed = try parse(serviceYAML("a", spec: "  ports: []\n") + "---\n" + serviceYAML("b"))
    #expect(parsed.objects.map(\.object.id.name) == ["b"])
    #expect(parsed.diagnostics.map(\.field) == ["spec.ports"])
  }

  @Test(arguments: [
    (
      "apiVersion: v1beta1\nkind: Service\nmetadata: {name: a}", "apiVersion",
      "v1beta1 is an unknown version: use v1"
    ),
    (
      "apiVersion: discovery.k8s.io/v1beta1\nkind: EndpointSlice\nmetadata: {name: a}", "apiVersion",
      "discovery.k8s.io/v1beta1 is an unknown version: use discovery.k8s.io/v1"
    ),
    ("kind: Service\nmetadata: {name: a}", "apiVersion", "is required"),
    ("apiVersion: v1\nmetadata: {name: a}", "kind", "is required"),
    ("- a\n- b", "", "must be a mapping, not a list"),
  ])
  func whatIsNoKnownObjectIsAnError(_ text: String, _ field: String, _ message: String) throws {
    let parsed = try parse(text)
    #expect(parsed.diagnostics.map(\.field) == [field])
    #expect(parsed.diagnostics.map(\.message) == [message])
  }

  @Test func mergeKeysAndAliasesAreFollowed() throws {
    let text = """
      apiVersion: v1
      kind: List
      items:
      - &base
        apiVersion: v1
        kind: Service
        metadata: {name: a, labels: &labels {app: web}}
        spec: &spec {clusterIP: 10.96.0.7, selector: *labels, ports: [{port: 80}]}
      - {<<: *base, metadata: {name: b, labels: {<<: *labels, tier: front}}, spec: {<<: *spec, clusterIP: 10.96.0.8}}
      """
    let parsed = try parse(text)
    #expect(parsed.diagnostics == [])
    guard case .service(let second)? = parsed.objects.last?.object else {
      Issue.record("no second Service")
      return
    }
    #expect(second.metadata.labels == ["app": "web", "tier": "front"])
    #expect(second.spec.clusterIP == "10.96.0.8")
    #expect(second.spec.selector == ["app": "web"])
  }

  @Test func jsonAndYAMLReadTheSame() throws {
    let yaml = try parse(serviceYAML("a"))
    let json = try parse(
      #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"clusterIP":"10.96.0.10","ports":[{"port":80}]}}"#
    )
    #expect(json.objects.map(\.object) == yaml.objects.map(\.object))
  }
}
