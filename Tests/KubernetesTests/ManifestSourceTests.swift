import Addressing
import Glibc
import Reconciler
import Testing

@testable import Kubernetes

@Suite struct ManifestSourceTests {
  @Test func aSecondLookAtTheSameFilesTellsNothingAndParsesNothing() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a"), to: "a.yaml")
    let source = directory.source()
    #expect(await source.load().batch.changes.count == 1)
    let second = await source.load()
    #expect(second == ManifestUpdate(batch: InputBatch([], isComplete: true)))
    #expect(await source.parseCount == 1)
  }

  @Test func onlyChangedFilesAreParsedAgain() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a"), to: "a.yaml")
    try directory.write(serviceYAML("b", spec: "  ports: [{port: 80}]\n"), to: "b.json")
    let source = directory.source()
    _ = await source.load()
    // Same size, and likely the same tick of the file system's clock.
    try directory.write(serviceYAML("b", spec: "  ports: [{port: 81}]\n"), to: "b.json")
    let update = await source.load()
    #expect(services(in: update)["b"]??.ports.map(\.port) == [81])
    #expect(update.batch.changes.count == 1)
    #expect(await source.parseCount == 3)
  }

  @Test func otherFilesDotFilesAndDirectoriesAreIgnored() async throws {
    let directory = try TestDirectory()
    for name in ["README.md", ".hidden.yaml", "..data.yaml", "a.yaml~", "yaml"] {
      try directory.write("{ not yaml", to: name)
    }
    #expect(mkdir(directory.manifests + "/sub.yaml", 0o755) == 0)
    let update = await directory.source().load()
    #expect(update == ManifestUpdate(batch: InputBatch([], isComplete: true)))
  }

  @Test func changesAreSortedByKey() async throws {
    let directory = try TestDirectory()
    for name in ["c", "a", "b"] {
      try directory.write(
        serviceYAML(name, spec: "  ports: [{port: 80}]\n") + "---\n" + sliceYAML(name, service: name),
        to: "\(name).yaml")
    }
    let keys = await directory.source().load().batch.changes.map { change in
      switch change {
      case .service(let key, _): "service \(key)"
      case .endpointSlice(let key, _): "slice \(key)"
      case .node, .nodeAddresses: "node"
      }
    }
    #expect(
      keys == ["a", "b", "c"].map { "service default/\($0)" } + ["a", "b", "c"].map { "slice default/\($0)" })
  }

  @Test func theSwapOfAConfigMapIsOneChange() async throws {
    let directory = try TestDirectory()
    for (version, ip) in [("..v1", "10.96.0.1"), ("..v2", "10.96.0.2")] {
      #expect(mkdir("\(directory.manifests)/\(version)", 0o755) == 0)
      try directory.write(
        serviceYAML("web", spec: "  clusterIP: \(ip)\n  ports: [{port: 80}]\n"), to: "\(version)/web.yaml")
    }
    #expect(symlink("..v1", directory.manifests + "/..data") == 0)
    #expect(symlink("..data/web.yaml", directory.manifests + "/web.yaml") == 0)
    let source = directory.source()
    #expect(services(in: await source.load())["web"]??.clusterIPs.map(\.description) == ["10.96.0.1"])
    #expect(symlink("..v2", directory.manifests + "/..data_tmp") == 0)
    #expect(rename(directory.manifests + "/..data_tmp", directory.manifests + "/..data") == 0)
    let update = await source.load()
    #expect(update.batch.changes.count == 1)
    #expect(update.batch.isComplete)
    #expect(services(in: update)["web"]??.clusterIPs.map(\.description) == ["10.96.0.2"])
  }

  @Test func theFirstOfTwoEqualObjectsHolds() async throws {
    let directory = try TestDirectory()
    try directory.write(
      serviceYAML("web", spec: "  clusterIP: 10.96.0.2\n  ports: [{port: 80}]\n"), to: "b.yaml")
    try directory.write("# first\n" + serviceYAML("web"), to: "a.yaml")
    let update = await directory.source().load()
    #expect(services(in: update)["web"]??.clusterIPs.map(\.description) == ["10.96.0.10"])
    #expect(
      update.diagnostics.map(\.description) == [
        "b.yaml:1: Service default/web: is there twice: the one in a.yaml:2 holds"
      ])
    #expect(update.diagnostics.map(\.severity) == [.error])
  }

  @Test func aDeletedFileRemovesItsObjects() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a") + "---\n" + sliceYAML("s", service: "a"), to: "a.yaml")
    let source = directory.source()
    _ = await source.load()
    directory.remove("a.yaml")
    let update = await source.load()
    #expect(
      update.batch
        == InputBatch(
          [
            .service(ServiceKey(namespace: "default", name: "a"), nil),
            .endpointSlice(EndpointSliceKey(namespace: "default", name: "s"), nil),
          ], isComplete: true))
    #expect(try FileSystem.names(in: directory.state + "/manifests") == [])
  }

  @Test func aServiceThatBecomesHeadlessIsRemoved() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a"), to: "a.yaml")
    let source = directory.source()
    _ = await source.load()
    try directory.write(serviceYAML("a", spec: "  clusterIP: None\n"), to: "a.yaml")
    let update = await source.load()
    #expect(update.batch.changes == [.service(ServiceKey(namespace: "default", name: "a"), nil)])
    #expect(await source.snapshot.services.map(\.isHeadless) == [true])
  }

  @Test func errorsAreToldOnceAndTheirEndToo() async throws {
    let directory = try TestDirectory()
    try directory.write("a: [", to: "a.yaml")
    let source = directory.source()
    #expect(await source.load().diagnostics.map(\.severity) == [.error])
    #expect(await source.load().diagnostics == [])
    try directory.write("# nothing", to: "a.yaml")
    let healed = await source.load()
    #expect(healed.diagnostics.map(\.severity) == [.info])
    #expect(healed.diagnostics.first?.message.hasPrefix("no longer: is not YAML") == true)
    #expect(await source.load().diagnostics == [])
  }

  @Test func aChangedNodeIsToldWithoutInputs() async throws {
    let directory = try TestDirectory()
    try directory.write("{apiVersion: v1, kind: Node, metadata: {name: n, labels: {a: b}}}", to: "n.yaml")
    let source = directory.source()
    #expect(await source.load().nodesChanged)
    #expect(await !source.load().nodesChanged)
    try directory.write("{apiVersion: v1, kind: Node, metadata: {name: n, labels: {a: c}}}", to: "n.yaml")
    let update = await source.load()
    #expect(update.nodesChanged)
    #expect(update.batch.changes == [])
    #expect(await source.snapshot.nodes.map(\.metadata.labels) == [["a": "c"]])
  }
}
