import Addressing
import Glibc
import Reconciler
import Testing

@testable import Kubernetes

@Suite struct LastGoodTests {
  private func ip(_ address: String) -> String { "  clusterIP: \(address)\n  ports: [{port: 80}]\n" }
  private func key(_ name: String) -> ServiceKey { ServiceKey(namespace: "default", name: name) }

  @Test(arguments: [
    "a: [", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 0}]}\n",
  ])
  func aBrokenManifestKeepsItsLastGoodVersionAcrossARestart(_ broken: String) async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a"), to: "a.yaml")
    let source = directory.source()
    let first = await source.load()
    try directory.write(broken, to: "a.yaml")
    let second = await source.load()
    #expect(second.batch == InputBatch([], isComplete: false))
    #expect(second.diagnostics.map(\.severity) == [.error])

    let restarted = await directory.source().load()
    #expect(restarted.batch.changes == first.batch.changes)
    #expect(!restarted.batch.isComplete)
    #expect(restarted.diagnostics == second.diagnostics)
  }

  @Test func everyKindSurvivesTheStoreUnchanged() async throws {
    let directory = try TestDirectory()
    for name in ["services", "endpointslices", "nodes"] {
      try directory.write(
        try fixture("recorded/\(name).list.json"), toPath: "\(directory.manifests)/\(name).json")
    }
    try directory.write(
      podYAML(
        "a", ip: "10.244.0.1", metadata: ", annotations: {note: \"tab\\t, quote\\\", slash /, \\u00e9\"}",
        spec: ", containers: [{name: c, ports: [{name: www, containerPort: 80}]}]"), to: "p.yaml")
    let dual = AllocationConfiguration(
      serviceRanges: [try #require(IPNetwork("10.96.0.0/12")), try #require(IPNetwork("fd00:10:96::/112"))])
    let source = directory.source(dual)
    let first = await source.load()
    #expect(first.diagnostics == [])
    #expect(first.batch.changes.count > 30)
    for name in ["services.json", "endpointslices.json", "nodes.json", "p.yaml"] {
      try directory.write("a: [", to: name)
    }
    let restarted = directory.source(dual)
    #expect(await restarted.load().batch.changes == first.batch.changes)
    #expect(await restarted.snapshot == source.snapshot)
  }

  @Test func aFileThatWasNeverGoodMakesTheSourceIncomplete() async throws {
    let directory = try TestDirectory()
    try directory.write("a: [", to: "a.yaml")
    try directory.write(serviceYAML("b"), to: "b.yaml")
    let update = await directory.source().load()
    #expect(!update.batch.isComplete)
    #expect(Array(services(in: update).keys) == ["b"])
  }

  @Test func removalsWaitUntilTheSourceIsWholeWhileAddsAndUpdatesDoNot() async throws {
    let directory = try TestDirectory()
    for (name, address) in [("a", "10.96.0.1"), ("b", "10.96.0.2"), ("c", "10.96.0.3")] {
      try directory.write(serviceYAML(name, spec: ip(address)), to: "\(name).yaml")
    }
    let source = directory.source()
    _ = await source.load()
    try directory.write("a: [", to: "a.yaml")
    directory.remove("b.yaml")
    try directory.write(serviceYAML("c", spec: ip("10.96.0.4")), to: "c.yaml")
    try directory.write(serviceYAML("d", spec: ip("10.96.0.5")), to: "d.yaml")
    let broken = await source.load()
    #expect(!broken.batch.isComplete)
    #expect(services(in: broken).keys.sorted() == ["c", "d"])

    let restarted = directory.source()
    #expect(services(in: await restarted.load()).keys.sorted() == ["a", "b", "c", "d"])

    try directory.write(serviceYAML("a", spec: ip("10.96.0.1")), to: "a.yaml")
    let whole = await source.load()
    #expect(whole.batch == InputBatch([.service(key("b"), nil)], isComplete: true))
  }

  @Test func anInvalidObjectDoesNotHoldBackOthersInItsFile() async throws {
    let directory = try TestDirectory()
    try directory.write(
      serviceYAML("a", spec: ip("10.96.0.1")) + "---\n" + serviceYAML("b", spec: ip("10.96.0.2")),
      to: "f.yaml")
    let source = directory.source()
    _ = await source.load()
    try directory.write(
      serviceYAML("a", spec: ip("10.96.0.300")) + "---\n" + serviceYAML("b", spec: ip("10.96.0.3")),
      to: "f.yaml")
    let update = await source.load()
    #expect(Array(services(in: update).keys) == ["b"])
    #expect(await source.snapshot.services.map(\.spec.clusterIP) == ["10.96.0.1", "10.96.0.3"])
  }

  @Test func anObjectThatMovesWhileAnotherFileIsBrokenIsNotThereTwice() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a", spec: ip("10.96.0.1")), to: "old.yaml")
    let source = directory.source()
    _ = await source.load()
    directory.remove("old.yaml")
    try directory.write(serviceYAML("a", spec: ip("10.96.0.2")), to: "new.yaml")
    try directory.write("a: [", to: "broken.yaml")
    let update = await source.load()
    #expect(services(in: update)["a"]??.clusterIPs.map(\.description) == ["10.96.0.2"])
    #expect(update.diagnostics.map(\.file) == ["broken.yaml"])
  }

  @Test func aDirectoryThatVanishesRemovesNothingAndComesBack() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a"), to: "a.yaml")
    let source = directory.source()
    _ = await source.load()
    #expect(rename(directory.manifests, directory.root + "/away") == 0)
    let gone = await source.load()
    #expect(gone.batch == InputBatch([], isComplete: false))
    #expect(gone.diagnostics.map(\.file) == [directory.manifests])
    let restarted = await directory.source().load()
    #expect(Array(services(in: restarted).keys) == ["a"])
    #expect(!restarted.batch.isComplete)
    #expect(rename(directory.root + "/away", directory.manifests) == 0)
    let back = await source.load()
    #expect(back.batch == InputBatch([], isComplete: true))
    #expect(back.diagnostics.map(\.severity) == [.info])
  }

  @Test func aLinkWithoutTargetIsReportedAndRemovesNothing() async throws {
    let directory = try TestDirectory()
    try directory.write(Array(serviceYAML("a").utf8), toPath: directory.root + "/target.yaml")
    #expect(symlink(directory.root + "/target.yaml", directory.manifests + "/a.yaml") == 0)
    let source = directory.source()
    #expect(await source.load().batch.changes.count == 1)
    unlink(directory.root + "/target.yaml")
    let update = await source.load()
    #expect(update.batch == InputBatch([], isComplete: false))
    #expect(
      update.diagnostics.map(\.description) == ["a.yaml: can't be read: No such file or directory (errno 2)"])
  }

  @Test func theSourceIsWholeAgainWhenALinkWithoutTargetGoes() async throws {
    let directory = try TestDirectory()
    #expect(symlink("nowhere.yaml", directory.manifests + "/a.yaml") == 0)
    let source = directory.source()
    #expect(await source.load().batch.isComplete == false)
    directory.remove("a.yaml")
    let update = await source.load()
    #expect(update.batch.isComplete)
    #expect(update.diagnostics.map(\.severity) == [.info])
  }

  @Test func aCorruptStoreFileIsReportedAndReplaced() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a"), to: "a.yaml")
    _ = await directory.source().load()
    let stored = directory.state + "/manifests/a.yaml.json"
    try directory.write(Array("{\"kind\":".utf8), toPath: stored)
    try directory.write("a: [", to: "a.yaml")
    let source = directory.source()
    let update = await source.load()
    #expect(update.batch == InputBatch([], isComplete: false))
    #expect(Set(update.diagnostics.map(\.file)) == ["a.yaml", stored])
    try directory.write(serviceYAML("a"), to: "a.yaml")
    #expect(await source.load().batch.changes.count == 1)
    #expect(await directory.source().load().diagnostics == [])
  }

  @Test func aServiceThatAsksForAnothersAddressKeepsItsLastGoodVersion() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a", spec: ip("10.96.0.1")), to: "a.yaml")
    try directory.write(serviceYAML("b", spec: ip("10.96.0.2")), to: "b.yaml")
    let source = directory.source()
    _ = await source.load()
    try directory.write(serviceYAML("b", spec: ip("10.96.0.1")), to: "b.yaml")
    let update = await source.load()
    #expect(update.batch.changes == [])
    #expect(
      update.diagnostics.map(\.description) == [
        "b.yaml:1: Service default/b: spec.clusterIP: 10.96.0.1 is the address of Service default/a"
      ])
    let restarted = await directory.source().load()
    #expect(services(in: restarted)["b"]??.clusterIPs.map(\.description) == ["10.96.0.2"])
  }

  @Test func looksWithoutPersistenceWriteNothing() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a", spec: "  ports: [{port: 80}]\n"), to: "a.yaml")
    #expect(await directory.source(persist: false).load().batch.changes.count == 1)
    #expect(access(directory.state, F_OK) != 0)
  }

  @Test func aStateDirectoryThatCannotBeWrittenIsReportedAndStopsNothing() async throws {
    let directory = try TestDirectory()
    try directory.write(Array("a file".utf8), toPath: directory.state)
    try directory.write(serviceYAML("a", spec: "  ports: [{port: 80}]\n"), to: "a.yaml")
    let update = await directory.source().load()
    #expect(update.batch.changes.count == 1)
    #expect(update.batch.isComplete)
    #expect(!update.diagnostics.isEmpty)
  }
}
