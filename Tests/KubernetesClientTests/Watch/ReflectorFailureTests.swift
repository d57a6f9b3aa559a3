import KubernetesWire
import Testing

@testable import KubernetesClient

private typealias Samples = WatchSamples

@Suite struct ReflectorFailureTests {
  @Test func brokenWatchIsResumedFromTheLastVersionAfterADelay() {
    let drive = ReflectorDrive.synced()
    drive.take(.object(Samples.service("a", "101")))
    drive.fail(.transport(Samples.unreachable))
    #expect(drive.reflector.nextAttempt - drive.now == .milliseconds(800))
    #expect(drive.send() == .watch(from: "101"))
    #expect(
      drive.output().events == [
        .watchBroken(
          .service, why: "https://api:6443: refused", resumesFrom: "101", in: .milliseconds(800))
      ])
  }

  @Test func bookmarksMoveTheVersionToResumeFrom() {
    let drive = ReflectorDrive.synced()
    drive.take(.bookmark(version: "170", endsInitialList: false))
    drive.end()
    #expect(drive.send() == .watch(from: "170"))
  }

  @Test func expiredVersionByStatusLeadsToANewList() {
    let drive = ReflectorDrive.synced()
    drive.end()
    drive.send()
    drive.refuse(410, "too old resource version")
    #expect(drive.send() == .list(.streaming, page: nil))
    #expect(drive.output().changes.isEmpty)
  }

  @Test func expiredVersionByEventEndsTheStreamAndLeadsToANewList() {
    let drive = ReflectorDrive.synced()
    #expect(!drive.take(.error(Samples.status(410, "too old resource version: 100 (170)"))))
    #expect(drive.send() == .list(.streaming, page: nil))
    guard case .relisting(.service, let why, _) = drive.output().events.last else {
      Issue.record("the relist is not told")
      return
    }
    #expect(why.contains("too old resource version: 100 (170)"))
  }

  @Test func otherErrorEventsAreResumed() {
    let drive = ReflectorDrive.synced()
    drive.take(.error(Samples.status(500, "etcdserver: leader changed")))
    #expect(drive.send() == .watch(from: "100"))
  }

  @Test(arguments: [400, 422]) func versionThatMeansNothingToTheServerLeadsToANewList(code: Int) {
    let drive = ReflectorDrive.synced()
    drive.end()
    drive.send()
    drive.refuse(code, "Invalid value: \"100\"")
    #expect(drive.send() == .list(.streaming, page: nil))
    #expect(drive.output().changes.isEmpty)
  }

  @Test func futureVersionIsAskedForAgainAsTheServerSaysThenListedAnew() {
    let drive = ReflectorDrive.synced()
    drive.end()
    drive.send()
    drive.refuseFutureVersion(retryAfter: .seconds(3))
    #expect(drive.reflector.nextAttempt - drive.now == .seconds(3))
    #expect(drive.send() == .watch(from: "100"))
    drive.refuseFutureVersion(retryAfter: .seconds(3))
    #expect(drive.send() == .list(.streaming, page: nil))
  }

  @Test func plainListThatIsTooNewAsksForWhatTheStoreHas() {
    let drive = ReflectorListTests.withoutStreaming()
    drive.send()
    drive.open()
    drive.take(.listEnd(version: "100", continue: nil))
    drive.end(after: .zero)
    drive.send()
    drive.refuse(410)
    #expect(drive.send() == .list(.notOlderThan("100"), page: nil))
    for _ in 0..<2 { drive.refuseFutureVersion(retryAfter: .seconds(1)) }
    #expect(drive.send() == .list(.consistent, page: nil))
  }

  @Test func refusalsAreToldWithTheirRemedy() {
    for (code, remedy) in [
      (401, "credentials are not accepted"), (403, "list and watch on services"),
      (404, "doesn't serve /api/v1/services"),
    ] {
      let drive = ReflectorDrive()
      drive.send()
      drive.refuse(code, "no")
      guard case .unavailable(.service, let why, 1, _) = drive.output().events.last else {
        Issue.record("\(code) is not told")
        continue
      }
      #expect(why.contains(remedy))
      #expect(drive.reflector.lastError == why)
      #expect(drive.send() == .list(.streaming, page: nil))
    }
  }

  @Test func serverSaysWhenToComeBack() {
    let drive = ReflectorDrive.synced()
    drive.end()
    drive.send()
    drive.refuse(429, "too many requests", retryAfter: .seconds(20))
    #expect(drive.reflector.nextAttempt - drive.now == .seconds(20))
    #expect(drive.send() == .watch(from: "100"))
  }

  @Test func watchThatEndsAtOnceIsNotAskedForInATightLoop() {
    let drive = ReflectorDrive.synced()
    drive.end()
    for _ in 0..<10 {
      drive.send()
      drive.open()
      drive.end(after: .milliseconds(10))
    }
    // 0.8, 1.6, 3.2, 6.4, 12.8 and then 15 s each.
    #expect(drive.reflector.nextAttempt > .seconds(395))
  }

  @Test func silentWatchIsResumed() {
    let drive = ReflectorDrive.synced()
    #expect(drive.reflector.longestSilence == .seconds(150))
    drive.fail(.silent(.seconds(150)))
    #expect(drive.send() == .watch(from: "100"))
  }

  @Test func watchThatIsSilentFromItsStartWhereBookmarksCameBeforeLeadsToANewList() {
    let drive = ReflectorDrive.synced()
    drive.take(.bookmark(version: "110", endsInitialList: false))
    drive.end()
    drive.send()
    drive.open()
    drive.fail(.silent(.seconds(150)), after: .seconds(150))
    #expect(drive.send() == .list(.streaming, page: nil))
  }

  @Test func theBookmarkThatEndsAStreamingListShowsThatTheServerSendsThem() {
    let drive = ReflectorDrive.synced()
    drive.end()
    drive.send()
    drive.open()
    drive.fail(.silent(.seconds(150)), after: .seconds(150))
    #expect(drive.send() == .list(.streaming, page: nil), "the version may be one of a store that is gone")
  }

  @Test func undecodableObjectKeepsItsLastGoodStateAndIsToldOnce() {
    let drive = ReflectorDrive.synced()
    let broken = Samples.undecodable("a", "spec.ports: 70000")
    drive.take(.undecodable(broken), .undecodable(broken))
    var output = drive.output()
    #expect(output.changes.isEmpty)
    #expect(
      output.events == [
        .undecodable(.service, Samples.name("a"), reason: "spec.ports: 70000", keepsLastGood: true)
      ])
    // In a new list it counts as there; what the list lacks goes all the same.
    drive.take(.error(Samples.status(410, "too old")))
    drive.send()
    drive.open()
    drive.take(.undecodable(broken), .bookmark(version: "200", endsInitialList: true))
    output = drive.output()
    #expect(output.changes == [.removed(Samples.name("b"))])
    #expect(!output.events.contains { if case .undecodable = $0 { true } else { false } })
    // Once it can be read, it is served; a problem that comes back is told again.
    drive.take(.object(Samples.service("a", "201")), .undecodable(broken))
    output = drive.output()
    #expect(output.changes == [.set(Samples.service("a", "201"))])
    #expect(output.events.count == 1)
  }

  @Test func undecodableObjectNeverKnownIsTold() {
    let drive = ReflectorDrive.synced()
    drive.take(
      .undecodable(Samples.undecodable("x", "no spec")))
    let output = drive.output()
    #expect(output.changes.isEmpty)
    #expect(
      output.events == [
        .undecodable(.service, Samples.name("x"), reason: "no spec", keepsLastGood: false)
      ])
  }

  @Test func listWithANamelessObjectRemovesNothing() {
    let drive = ReflectorDrive.synced()
    drive.take(.error(Samples.status(410, "too old")))
    drive.send()
    drive.open()
    drive.take(
      .undecodable(Samples.undecodable(nil, "no metadata")),
      .bookmark(version: "200", endsInitialList: true))
    #expect(drive.output().changes.isEmpty)
    #expect(drive.reflector.known.count == 2)
  }
}
