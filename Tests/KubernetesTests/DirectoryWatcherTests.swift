import Addressing
import Glibc
import Reconciler
import Testing

@testable import Kubernetes

@Suite struct DirectoryWatcherTests {
  /// The times at which a debouncer is due, looked at every 10 ms up to two seconds.
  private func due(eventsAt events: [Int]) -> [Int] {
    var debouncer = Debouncer(quietPeriod: .milliseconds(100), longestWait: .seconds(1))
    return stride(from: 0, through: 2000, by: 10).filter { time in
      if events.contains(time) { debouncer.event(at: .milliseconds(time)) }
      return debouncer.isDue(at: .milliseconds(time))
    }
  }

  @Test func eventsAreCollectedUntilItIsQuiet() {
    #expect(due(eventsAt: [0, 60, 500]) == [160, 600])
  }

  @Test func nothingIsDueWithoutAnEvent() {
    #expect(due(eventsAt: []) == [])
  }

  @Test func aDirectoryThatNeverRestsIsStillRead() {
    #expect(due(eventsAt: Array(stride(from: 0, through: 1990, by: 10))) == [1000])
  }

  @Test(.timeLimit(.minutes(5)))
  func changesArriveByInotifyAlsoWhenTheDirectoryComesBack() async throws {
    let directory = try TestDirectory()
    try directory.write(serviceYAML("a"), to: "a.yaml")
    var updates = directory.source().updates().makeAsyncIterator()
    let first = try #require(await updates.next())
    #expect(first.batch.changes.count == 1)

    try directory.write(serviceYAML("b", spec: "  ports: [{port: 80}]\n"), to: "b.yaml")
    let second = try #require(await updates.next())
    #expect(Array(services(in: second).keys) == ["b"])

    #expect(rename(directory.manifests, directory.root + "/away") == 0)
    let gone = try #require(await updates.next())
    #expect(!gone.batch.isComplete)

    #expect(mkdir(directory.manifests, 0o755) == 0)
    let back = try #require(await updates.next())
    #expect(back.batch.isComplete)
    #expect(services(in: back).keys.sorted() == ["a", "b"])

    try directory.write(serviceYAML("c", spec: "  ports: [{port: 80}]\n"), to: "c.yaml")
    let last = try #require(await updates.next())
    #expect(Array(services(in: last).keys) == ["c"])

    // Deleted and made anew, perhaps with the same inode number.
    directory.remove("c.yaml")
    #expect(rmdir(directory.manifests) == 0)
    #expect(mkdir(directory.manifests, 0o755) == 0)
    // How many updates that makes depends on how fast this is; the last one is whole and without "c".
    var removed: Set<String> = []
    while let update = await updates.next() {
      removed.formUnion(services(in: update).keys)
      if update.batch.isComplete, !removed.isEmpty { break }
    }
    #expect(removed == ["c"])
    try directory.write(serviceYAML("d", spec: "  ports: [{port: 80}]\n"), to: "d.yaml")
    var added: [String] = []
    while added.isEmpty, let update = await updates.next() { added = services(in: update).keys.sorted() }
    #expect(added == ["d"])
  }

  @Test(.timeLimit(.minutes(5)))
  func theSwapOfAConfigMapArrivesAsOneUpdate() async throws {
    let directory = try TestDirectory()
    for (version, ip) in [("..v1", "10.96.0.1"), ("..v2", "10.96.0.2")] {
      #expect(mkdir("\(directory.manifests)/\(version)", 0o755) == 0)
      for name in ["a", "b"] {
        try directory.write(
          serviceYAML(name, spec: "  clusterIP: \(ip)\(name == "a" ? "1" : "2")\n  ports: [{port: 80}]\n"),
          to: "\(version)/\(name).yaml")
        symlink("..data/\(name).yaml", "\(directory.manifests)/\(name).yaml")
      }
    }
    #expect(symlink("..v1", directory.manifests + "/..data") == 0)
    var updates = directory.source().updates().makeAsyncIterator()
    let first = try #require(await updates.next())
    #expect(first.batch.changes.count == 2)
    #expect(symlink("..v2", directory.manifests + "/..data_tmp") == 0)
    #expect(rename(directory.manifests + "/..data_tmp", directory.manifests + "/..data") == 0)
    let update = try #require(await updates.next())
    #expect(update.batch.changes.count == 2)
    #expect(update.batch.isComplete)
  }
}
