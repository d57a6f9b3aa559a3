import Addressing
import Reconciler
import Testing

@testable import Kubernetes

@Suite struct CoreInputsTests {
  @Test func aServiceAndItsSliceBecomeInputs() async throws {
    let update = try await load(
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web, uid: u1, creationTimestamp: 2026-11-21T02:25:21Z}
      spec:
        type: NodePort
        clusterIP: 10.96.0.10
        sessionAffinity: ClientIP
        ports: [{name: http, port: 80, nodePort: 30080}, {name: dns, protocol: UDP, port: 53, nodePort: 30053}]
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
      addressType: IPv4
      ports: [{name: http, port: 8080}, {name: any}]
      endpoints:
      - {addresses: [10.244.0.5, 10.244.0.6], nodeName: node-a}
      - {addresses: [10.244.0.7], conditions: {ready: false, serving: true, terminating: true}}
      """)
    let key = ServiceKey(namespace: "default", name: "web")
    let service = ServiceInput(
      key: key, createdAt: 1_795_227_921, uid: "u1", clusterIPs: [try address("10.96.0.10")],
      ports: [
        ServicePortInput(name: "http", port: 80, nodePort: 30080),
        ServicePortInput(name: "dns", transport: .udp, port: 53, nodePort: 30053),
      ], sessionAffinity: 10_800)
    let slice = EndpointSliceInput(
      key: EndpointSliceKey(namespace: "default", name: "web-1"), service: key, family: .ipv4,
      ports: [EndpointPortInput(name: "http", port: 8080)],
      endpoints: [
        EndpointInput(try address("10.244.0.5"), nodeName: "node-a"),
        EndpointInput(try address("10.244.0.7"), isReady: false, isServing: true, isTerminating: true),
      ])
    #expect(update.diagnostics == [])
    #expect(
      update.batch
        == InputBatch([.service(key, service), .endpointSlice(slice.key, slice)], isComplete: true))
  }

  @Test func servicesThatAreNotTheNodesBusinessAreNoInputs() async throws {
    let update = try await load(
      """
      {apiVersion: v1, kind: Service, metadata: {name: h}, spec: {clusterIP: None}}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: e}, spec: {type: ExternalName, externalName: x.test}}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: o, labels: {service.kubernetes.io/service-proxy-name: ""}}, spec: {ports: [{port: 80}]}}
      """)
    #expect(update.diagnostics == [])
    #expect(update.batch.changes == [])
  }

  @Test func slicesWithoutAServiceOfNamesAndOfHeadlessServicesAreNoInputs() async throws {
    func slice(_ name: String, _ labels: String, _ type: String = "IPv4") -> String {
      "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: \(name), labels: {\(labels)}}, addressType: \(type)}\n---\n"
    }
    let update = try await load(
      slice("a", "x: y") + slice("b", "kubernetes.io/service-name: web", "FQDN")
        + slice("c", "kubernetes.io/service-name: web, service.kubernetes.io/headless: \"\"")
        + slice("d", "kubernetes.io/service-name: web"))
    #expect(Array(slices(in: update).keys) == ["d"])
  }

  static let web =
    serviceYAML(
      "web",
      spec: "  clusterIP: 10.96.0.10\n  selector: {app: web}\n  ports: [{port: 80, targetPort: 8080}]\n")
    + "---\n"

  @Test func podsAreTheEndpointsOfAServiceWithoutSlices() async throws {
    let update = try await load(
      Self.web
        + podYAML("a", ip: "10.244.0.1")
        + podYAML("b", ip: "10.244.0.2", status: ", conditions: [{type: Ready, status: \"False\"}]")
        + podYAML("c", ip: "10.244.0.3", metadata: ", deletionTimestamp: 2026-11-21T02:25:21Z")
        + podYAML("d", ip: "10.244.0.4", status: ", phase: Succeeded")
        + podYAML("e", ip: "10.244.0.5", metadata: ", namespace: other")
        + "{apiVersion: v1, kind: Pod, metadata: {name: f, labels: {app: db}}, status: {podIP: 10.244.0.6}}\n---\n"
        + "{apiVersion: v1, kind: Pod, metadata: {name: g, labels: {app: web}}}\n")
    let slice = try #require(slices(in: update)["web-pods-ipv4-8080"] ?? nil)
    #expect(slice.ports == [EndpointPortInput(port: 8080)])
    #expect(
      slice.endpoints == [
        EndpointInput(try address("10.244.0.1"), nodeName: "node-a"),
        EndpointInput(try address("10.244.0.2"), isReady: false, isServing: false, nodeName: "node-a"),
        EndpointInput(
          try address("10.244.0.3"), isReady: false, isServing: true, isTerminating: true, nodeName: "node-a"),
      ])
    #expect(slices(in: update).count == 1)
  }

  @Test func unreadyPodsArePublishedOnRequest() async throws {
    let service = serviceYAML(
      "web", spec: "  publishNotReadyAddresses: true\n  selector: {app: web}\n  ports: [{port: 80}]\n")
    let update = try await load(
      service + "---\n"
        + podYAML("a", ip: "10.244.0.1", status: ", conditions: [{type: Ready, status: \"False\"}]"))
    let slice = try #require(slices(in: update)["web-pods-ipv4-80"] ?? nil)
    #expect(slice.endpoints.map(\.isReady) == [true])
    #expect(slice.endpoints.map(\.isServing) == [false])
  }

  @Test func namedTargetPortsAreLookedUpInEachPod() async throws {
    let service = serviceYAML(
      "web", spec: "  selector: {app: web}\n  ports: [{name: http, port: 80, targetPort: www}]\n")
    func container(_ port: Int) -> String { ", containers: [{ports: [{name: www, containerPort: \(port)}]}]" }
    let update = try await load(
      service + "---\n" + podYAML("a", ip: "10.244.0.1", spec: container(8080))
        + podYAML("b", ip: "10.244.0.2", spec: container(9090))
        + podYAML("c", ip: "10.244.0.3", spec: container(8080))
        + podYAML("d", ip: "10.244.0.4")
        + podYAML(
          "e", ip: "10.244.0.5",
          spec: ", initContainers: [{restartPolicy: Always, ports: [{name: www, containerPort: 7070}]}]")
        + podYAML(
          "f", ip: "10.244.0.6", spec: ", initContainers: [{ports: [{name: www, containerPort: 6060}]}]"))
    let found = slices(in: update).mapValues { $0?.endpoints.map(\.address.description) }
    #expect(
      found == [
        "web-pods-ipv4-8080": ["10.244.0.1", "10.244.0.3"], "web-pods-ipv4-9090": ["10.244.0.2"],
        "web-pods-ipv4-7070": ["10.244.0.5"],
      ])
  }

  @Test func dualStackServicesGetASlicePerFamily() async throws {
    let service = serviceYAML(
      "web",
      spec:
        "  clusterIP: 10.96.0.1\n  clusterIPs: [10.96.0.1, \"fd00::1\"]\n  selector: {app: web}\n  ports: [{port: 80}]\n"
    )
    let update = try await load(
      service + "---\n"
        + podYAML("a", ip: "10.244.0.1", status: ", podIPs: [{ip: 10.244.0.1}, {ip: \"fd00:1::1\"}]")
        + podYAML("b", ip: "10.244.0.2"))
    let found = slices(in: update).mapValues { $0?.endpoints.map(\.address.description) }
    #expect(found == ["web-pods-ipv4-80": ["10.244.0.1", "10.244.0.2"], "web-pods-ipv6-80": ["fd00:1::1"]])
  }

  @Test func slicesWinOverPods() async throws {
    let update = try await load(
      Self.web + podYAML("a", ip: "10.244.0.1") + sliceYAML("web-1", service: "web"))
    #expect(Array(slices(in: update).keys) == ["web-1"])
  }

  @Test func aChangedPodChangesOnlyItsSlice() async throws {
    let directory = try TestDirectory()
    try directory.write(Self.web + podYAML("a", ip: "10.244.0.1"), to: "web.yaml")
    try directory.write(podYAML("b", ip: "10.244.0.2"), to: "b.yaml")
    let source = directory.source()
    _ = await source.load()
    try directory.write(podYAML("b", ip: "10.244.0.3"), to: "b.yaml")
    let update = await source.load()
    #expect(update.batch.changes.count == 1)
    #expect(
      slices(in: update)["web-pods-ipv4-8080"]??.endpoints.map(\.address.description)
        == ["10.244.0.1", "10.244.0.3"])
  }
}
