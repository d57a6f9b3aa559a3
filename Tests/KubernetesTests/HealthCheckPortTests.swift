import Addressing
import Reconciler
import Testing

@testable import Kubernetes

@Suite struct HealthCheckPortTests {
  private static let local = "  {type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]}\n"
  private static let narrow = AllocationConfiguration(nodePorts: 30_000...30_003)

  private func ports(_ update: ManifestUpdate, _ name: String = "web") throws -> (
    check: UInt16, node: [UInt16]
  ) {
    let input = try #require(services(in: update)[name] ?? nil)
    return (input.healthCheckNodePort, input.ports.map(\.nodePort))
  }

  @Test func oneIsAllocatedFromTheNodePortRangeAndShownInTheSnapshot() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("web", spec: Self.local), to: "web.yaml")
    let source = directory.source(Self.narrow)
    let given = try ports(await source.load())
    #expect(Self.narrow.nodePorts.contains(given.check))
    #expect(!given.node.contains(given.check))
    #expect(await source.snapshot.services.map(\.spec.healthCheckNodePort) == [given.check])
  }

  @Test func itIsKeptAcrossARestartAndEdits() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("web", spec: Self.local), to: "web.yaml")
    let first = try ports(await directory.source(Self.narrow).load())
    // Somebody whose name sorts first takes what is free.
    try directory.write(serviceYAML("a", spec: "  {type: NodePort, ports: [{port: 80}]}\n"), to: "a.yaml")
    try directory.write(serviceYAML("web", spec: Self.local.replacing("80", with: "81")), to: "web.yaml")
    let second = try ports(await directory.source(Self.narrow).load())
    #expect(second == first)
  }

  @Test func itIsReleasedWhenThePolicyChanges() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("web", spec: Self.local), to: "web.yaml")
    let one = AllocationConfiguration(nodePorts: 30_000...30_001)
    let source = directory.source(one)
    _ = await source.load()
    try directory.write(
      serviceYAML("web", spec: Self.local.replacing("Local", with: "Cluster")), to: "web.yaml")
    try directory.write(serviceYAML("z", spec: "  {type: NodePort, ports: [{port: 80}]}\n"), to: "z.yaml")
    let update = await source.load()
    #expect(update.diagnostics == [])
    #expect(try ports(update).check == 0)
    #expect(Set(try ports(update).node + ports(update, "z").node) == [30_000, 30_001])
  }

  @Test func itIsTCPsAndConflictsWithNodePorts() async throws {
    let update = try await load(
      """
      {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80, nodePort: 30001}], healthCheckNodePort: 30990}}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: t}, spec: {type: NodePort, ports: [{port: 80, nodePort: 30990}]}}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: u}, spec: {type: NodePort, ports: [{port: 80, protocol: UDP, nodePort: 30990}]}}
      """)
    #expect(services(in: update).keys.sorted() == ["a", "u"])
    #expect(update.diagnostics.map(\.field) == ["spec.ports[0].nodePort"])
    #expect(
      update.diagnostics.map(\.message) == ["30990/TCP is a node port of Service default/a"])
  }

  @Test func withoutAFreePortTheServiceIsRefused() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("web", spec: Self.local), to: "web.yaml")
    let update = await directory.source(AllocationConfiguration(nodePorts: 30_000...30_000)).load()
    #expect(services(in: update).isEmpty)
    #expect(update.diagnostics.map(\.field) == ["spec.healthCheckNodePort"])
    #expect(update.diagnostics.map(\.severity) == [.error])
  }
}
