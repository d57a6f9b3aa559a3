import Addressing
import Glibc
import Reconciler
import Testing

@testable import Kubernetes

@Suite struct AllocationPersistenceTests {
  private let spec = "  type: NodePort\n  ports: [{port: 80}]\n"

  @Test func allocationsStayAcrossRestartsAndEdits() async throws {
    let directory = try TestDirectory()
    // Two Services of which the second would take the first's place, were it not recorded.
    let narrow = AllocationConfiguration(
      serviceRanges: [try #require(IPNetwork("10.96.0.0/29"))], nodePorts: 30_000...30_003)
    try directory.write(serviceYAML("z", spec: spec), to: "z.yaml")
    let first = services(in: await directory.source(narrow).load())["z"]
    for name in ["a", "b", "c"] { try directory.write(serviceYAML(name, spec: spec), to: "\(name).yaml") }
    try directory.write(serviceYAML("z", spec: "  type: NodePort\n  ports: [{port: 81}]\n"), to: "z.yaml")
    let second = services(in: await directory.source(narrow).load())["z"]
    #expect(first??.clusterIPs.count == 1)
    #expect(first??.clusterIPs == second??.clusterIPs)
    #expect(first??.ports.map(\.nodePort) == second??.ports.map(\.nodePort))
    #expect(second??.ports.map(\.port) == [81])
  }

  @Test func aCorruptRecordIsReportedAndRebuilt() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a", spec: spec), to: "a.yaml")
    let first = await directory.source().load()
    let path = directory.state + "/allocations.json"
    try directory.write(Array("{\"services\": 1".utf8), toPath: path)
    let second = await directory.source().load()
    #expect(second.diagnostics.map(\.file) == [path])
    #expect(second.batch.changes == first.batch.changes)
    let third = await directory.source().load()
    #expect(third.diagnostics == [])
    #expect(third.batch.changes == first.batch.changes)
  }

  @Test func anAllocationIsReleasedWithItsServiceOnceTheSourceIsWhole() async throws {
    let directory = try TestDirectory()
    let one = AllocationConfiguration(serviceRanges: [try #require(IPNetwork("10.96.0.0/30"))])
    for name in ["a", "b"] {
      try directory.write(serviceYAML(name, spec: "  ports: [{port: 80}]\n"), to: "\(name).yaml")
    }
    let source = directory.source(one)
    #expect(await source.load().batch.changes.count == 2)
    directory.remove("a.yaml")
    try directory.write(serviceYAML("c", spec: "  ports: [{port: 80}]\n"), to: "c.yaml")
    try directory.write("a: [", to: "broken.yaml")
    let broken = await source.load()
    #expect(broken.batch.changes == [])
    #expect(broken.diagnostics.compactMap(\.object) == ["Service default/c"])
    directory.remove("broken.yaml")
    let whole = await source.load()
    #expect(services(in: whole).keys.sorted() == ["a", "c"])
    #expect(services(in: whole)["c"]??.clusterIPs.count == 1)
  }

  @Test func allocatedAddressesAreInTheSnapshot() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a", spec: spec), to: "a.yaml")
    let source = directory.source()
    let input = services(in: await source.load())["a"]
    let service = try #require(await source.snapshot.services.first)
    #expect(service.explicitClusterIPs == input??.clusterIPs)
    #expect(service.spec.ports.compactMap(\.nodePort) == input??.ports.map(\.nodePort))
  }
}
