import KubernetesWire
import Testing

@testable import KubernetesClient

private typealias Samples = WatchSamples

@Suite struct ReflectorListTests {
  @Test func streamingListIsWholeOnlyAtItsAnnotatedBookmark() {
    let drive = ReflectorDrive()
    #expect(drive.send() == .list(.streaming, page: nil))
    drive.open()
    drive.take(
      .object(Samples.service("a", "10")), .bookmark(version: "50", endsInitialList: false))
    #expect(!drive.reflector.isSynced)
    #expect(drive.reflector.version.isEmpty)
    drive.take(.bookmark(version: "100", endsInitialList: true))
    #expect(drive.reflector.isSynced)
    #expect(drive.reflector.version == "100")
    #expect(drive.reflector.phase == .watching)
    let output = drive.output()
    #expect(output.changes == [.set(Samples.service("a", "10"))])
    #expect(
      output.events == [.listed(.service, objects: 1, removed: 0, format: .json, .streaming)])
  }

  @Test func streamingListGoesOnAsWatchAndIsResumedFromItsLastVersion() {
    let drive = ReflectorDrive.synced()
    drive.take(.object(Samples.service("c", "105")))
    drive.end()
    #expect(drive.reflector.nextAttempt == drive.now)
    #expect(drive.send() == .watch(from: "105"))
  }

  @Test func pagesAreOneListAndItsEndTellsWhatHasGone() {
    let drive = Self.withoutStreaming()
    #expect(drive.send() == .list(.cached, page: nil))
    drive.open()
    drive.take(.object(Samples.service("a", "10")), .listEnd(version: "90", continue: "next"))
    drive.end(after: .zero)
    #expect(!drive.reflector.isSynced)
    #expect(drive.send() == .list(.cached, page: "next"))
    drive.open()
    drive.take(.object(Samples.service("b", "20")), .listEnd(version: "90", continue: nil))
    drive.end(after: .zero)
    #expect(drive.reflector.isSynced)
    #expect(drive.send() == .watch(from: "90"))
    #expect(drive.output().changes.count == 2)
  }

  @Test func pageThatDoesNotComeIsAskedForAgain() {
    let drive = Self.withoutStreaming()
    drive.send()
    drive.open()
    drive.take(.object(Samples.service("a", "10")), .listEnd(version: "90", continue: "next"))
    drive.end(after: .zero)
    drive.send()
    drive.fail(.transport(Samples.unreachable))
    #expect(drive.send() == .list(.cached, page: "next"))
    drive.open()
    drive.take(.listEnd(version: "90", continue: nil))
    #expect(drive.output().changes == [.set(Samples.service("a", "10"))])
  }

  @Test func pageWhoseVersionExpiredLeadsToOneListInOnePiece() {
    let drive = Self.withoutStreaming()
    drive.send()
    drive.open()
    drive.take(.object(Samples.service("a", "10")), .listEnd(version: "90", continue: "next"))
    drive.end(after: .zero)
    drive.send()
    drive.refuse(410, "The provided continue parameter is too old")
    #expect(drive.send() == .list(.consistentWhole, page: nil))
    drive.open()
    drive.take(.object(Samples.service("b", "91")), .listEnd(version: "95", continue: nil))
    // "a" was in the page before, but not in the list that counts.
    #expect(drive.output().changes.last == .removed(Samples.name("a")))
  }

  @Test func relistTellsOnlyWhatHasChanged() {
    let drive = ReflectorDrive.synced()
    drive.take(.error(Samples.status(410, "too old resource version: 100 (200)")))
    #expect(drive.send() == .list(.streaming, page: nil))
    drive.open()
    drive.take(
      .object(Samples.service("a", "10")), .object(Samples.service("c", "150")),
      .bookmark(version: "200", endsInitialList: true))
    #expect(
      drive.output().changes == [.set(Samples.service("c", "150")), .removed(Samples.name("b"))])
  }

  @Test func listThatBreaksOffRemovesNothing() {
    let drive = ReflectorDrive.synced()
    drive.take(.error(Samples.status(410, "too old")))
    for method in [ListMethod.streaming, .streaming, .notOlderThan("100")] {
      #expect(drive.send() == .list(method, page: nil))
      drive.open()
      drive.take(.object(Samples.service("a", "10")))
      drive.fail(.transport(Samples.unreachable))
    }
    #expect(drive.output().changes.isEmpty)
    #expect(drive.reflector.known.count == 2)
  }

  @Test func streamingListThatBreaksOffTwiceGivesWayToAPlainOne() {
    let drive = ReflectorDrive()
    for method in [ListMethod.streaming, .streaming, .cached] {
      #expect(drive.send() == .list(method, page: nil))
      drive.open()
      if method == .streaming { drive.fail(.endedEarly, after: .seconds(30)) }
    }
    drive.take(.object(Samples.service("a", "10")), .listEnd(version: "100", continue: nil))
    #expect(drive.output().changes == [.set(Samples.service("a", "10"))])
    drive.end(after: .zero)
    drive.send()
    drive.refuse(410)
    #expect(drive.send() == .list(.streaming, page: nil))
  }

  @Test func listWithoutVersionIsNoneToWatchFrom() {
    let drive = Self.withoutStreaming()
    drive.send()
    drive.open()
    #expect(!drive.take(.listEnd(version: "", continue: nil)))
    #expect(!drive.reflector.isSynced)
    #expect(drive.send() == .list(.cached, page: nil))
  }

  @Test func objectsOfOthersAreLeftOutAndObjectsThatBecomeOthersGo() {
    let drive = ReflectorDrive.synced()
    drive.take(
      .object(Samples.headless("h", "101")),
      .object(Samples.service("a", "102", labels: ["service.kubernetes.io/service-proxy-name": "x"])))
    #expect(drive.output().changes == [.removed(Samples.name("a"))])
    #expect(drive.reflector.known.count == 1)
    #expect(drive.reflector.version == "102")
  }

  static func withoutStreaming() -> ReflectorDrive {
    let drive = ReflectorDrive()
    drive.send()
    drive.refuse(422, "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled")
    _ = drive.output()
    return drive
  }
}
