import Addressing
import Glibc
import KernelFakes
import Reconciler
import Testing

@Suite struct FailureTests {
  private let id = tcp("10.96.0.1")

  private func run(
    _ core: inout ReconcilerCore, failing: (Reconciler.Operation) -> Int32?, now: Duration = .zero
  ) -> (done: [Reconciler.Operation], events: [CoreEvent]) {
    var done: [Reconciler.Operation] = []
    var events: [CoreEvent] = []
    while core.hasWork {
      let plan = core.nextChunk(now: now)
      var progress = ChunkProgress(plan)
      for step in PlanStep.allCases {
        let operations = core.runnable(plan[step], &progress, now: now, jitter: { 0 })
        let results = operations.map { operation in
          failing(operation).map { KernelError(.ipvs, errno: $0, object: operation.description) }
        }
        done += zip(operations, results).filter { $1 == nil }.map(\.0)
        events += core.record(operations, results, &progress, now: now, jitter: { 0 })
      }
      events += core.finish(progress)
    }
    return (done, events)
  }

  @Test func whatCannotBeRecordedIsNotAdded() {
    var core = observedCore()
    _ = core.ingest(complete(put(service("web", ["10.96.0.1"])), put(service("other", ["10.96.0.2"]))))
    let (done, _) = run(&core) { $0 == .addMember(clusterIPEntry(id)) ? ENOMEM : nil }
    #expect(!done.contains(.addVirtualServer(VirtualServer(id))))
    #expect(done.contains(.addVirtualServer(VirtualServer(tcp("10.96.0.2")))))
    #expect(core.failures.map(\.object).contains(.member(clusterIPEntry(id))))
  }

  @Test func aRecordStaysWhileWhatItRecordsCannotBeRemoved() {
    var core = observedCore()
    _ = core.ingest(complete(put(service("web", ["10.96.0.1"]))))
    _ = core.settle()
    _ = core.ingest(complete(.service(key("web"), nil)))
    let (done, _) = run(&core) { $0 == .removeVirtualServer(id) ? EBUSY : nil }
    #expect(!done.contains(.removeMember(clusterIPEntry(id))))
    #expect(core.known.contains(clusterIPEntry(id)))
    core.wake(now: .seconds(1))
    let (retried, events) = run(&core, failing: { _ in nil }, now: .seconds(1))
    #expect(retried.contains(.removeMember(clusterIPEntry(id))))
    #expect(core.failures.isEmpty)
    #expect(
      events.contains { if case .recovered(.virtualServer(id), attempts: 1) = $0 { true } else { false } })
  }

  @Test func aFailureNamesOperationErrnoAndNextTry() throws {
    var core = observedCore()
    _ = core.ingest(complete(put(service("web", ["10.96.0.1"]))))
    let (_, events) = run(&core) { $0 == .addAddress(id.address) ? ENODEV : nil }
    let failure = try #require(
      events.compactMap { event -> Failure? in
        if case .operationFailed(let failure) = event { failure } else { nil }
      }.first)
    #expect(failure.operation == .addAddress(id.address))
    #expect(failure.error.errno == ENODEV)
    #expect(failure.due == .milliseconds(100))
    #expect(core.nextDeadline() == .milliseconds(100))
  }

  @Test func realServersOfAFailedVirtualServerAreNoFailuresOfTheirOwn() {
    var core = observedCore()
    _ = core.ingest(
      complete(put(service("web", ["10.96.0.1"])), put(slice("a", of: "web", [endpoint("10.244.0.1")]))))
    _ = run(&core) { operation in
      switch operation {
      case .addVirtualServer: ENOENT
      case .addRealServer: ESRCH
      default: nil
      }
    }
    #expect(core.failures.count == 1)
    #expect(core.failures.first?.error.errno == ENOENT)
  }

  @Test func aFailureThatIsNoLongerWantedIsForgotten() {
    var core = observedCore()
    let web = service("web", ["10.96.0.1"])
    _ = core.ingest(complete(put(web), put(slice("a", of: "web", [endpoint("10.244.0.1")]))))
    _ = run(&core) { if case .addRealServer = $0 { EINVAL } else { nil } }
    #expect(core.failures.count == 1)
    _ = core.ingest(complete(put(slice("a", of: "web", []))))
    core.wake(now: .seconds(1))
    _ = run(&core, failing: { _ in nil }, now: .seconds(1))
    #expect(core.failures.isEmpty)
  }

  @Test(arguments: [EEXIST, ESRCH]) func aKernelThatIsNotAsThoughtIsReadAgain(errno: Int32) {
    var core = observedCore()
    _ = core.ingest(
      complete(put(service("web", ["10.96.0.1"])), put(slice("a", of: "web", [endpoint("10.244.0.1")]))))
    _ = run(&core) { if case .addRealServer = $0 { errno } else { nil } }
    #expect(core.needsObservation)
  }

  @Test func backoffDoublesUpToItsBound() {
    let backoff = Backoff(first: .seconds(1), longest: .seconds(30))
    #expect(
      (1...7).map { backoff.delay(attempt: $0, jitter: 0) } == [1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
    #expect(backoff.delay(attempt: 7, jitter: 1) == .seconds(37.5))
    #expect(backoff.delay(attempt: .max, jitter: 0) == .seconds(30))
  }
}
