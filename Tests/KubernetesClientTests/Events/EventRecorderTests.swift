import KernelFakes
import Synchronization
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(5))) struct EventRecorderTests {
  private func report(_ note: String) -> EventReport {
    EventReport(on: .node("node-1"), reason: "R", action: "A", note: note)
  }

  /// Records reports and runs the recorder until it has done with them.
  private func run(
    _ transport: ScriptedAPITransport, notes: Notes = Notes(), _ reports: [EventReport],
    until isDone: @escaping @Sendable (EventRecorder.Counts) -> Bool
  ) async -> EventRecorder.Counts {
    let recorder = EventRecorder(
      transport, nodeName: "node-1", time: ManualTime(), wallTime: { 1_777_629_600_000_000_000 },
      tell: notes.add)
    let task = Task { await recorder.run() }
    for report in reports { recorder.record(report) }
    while !Task.isCancelled, !isDone(await recorder.counts) { await Task.yield() }
    task.cancel()
    await task.value
    return await recorder.counts
  }

  @Test func reportsBecomeEvents() async {
    let transport = ScriptedAPITransport { _ in .answer(201) }
    let counts = await run(transport, [report("one"), report("two"), report("one")]) { $0.sent >= 2 }
    #expect(counts == .init(sent: 2, failed: 0, dropped: 0))
    #expect(transport.requests.map(\.method) == [.post, .post])
  }

  @Test func repeatsAreOneUpdateLater() async {
    let transport = ScriptedAPITransport { _ in .answer(200) }
    let time = ManualTime()
    let recorder = EventRecorder(
      transport, nodeName: "n", time: time, wallTime: { 1_777_629_600_000_000_000 }, tell: { _ in })
    let task = Task { await recorder.run() }
    for _ in 0..<5 { recorder.record(report("same")) }
    recorder.record(report("last"))
    while !Task.isCancelled, await recorder.counts.sent < 2 { await Task.yield() }
    task.cancel()
    await task.value
    await recorder.flush()
    #expect(transport.requests.count == 2)
    time.advance(by: .seconds(360))
    await recorder.flush()
    #expect(transport.requests.map(\.method) == [.post, .post, .patch])
    #expect(
      String(decoding: transport.requests[2].body, as: UTF8.self).contains(#""count":5"#))
  }

  @Test func withoutTheGroupTheCoreGroupIsUsed() async {
    let transport = ScriptedAPITransport { request in
      .answer(request.path.hasPrefix("/apis/") ? 404 : 201, "404 page not found")
    }
    let counts = await run(transport, [report("one"), report("two")]) { $0.sent == 2 }
    #expect(counts.dropped == 0)
    #expect(
      transport.requests.map(\.path) == [
        "/apis/events.k8s.io/v1/namespaces/default/events", "/api/v1/namespaces/default/events",
        "/api/v1/namespaces/default/events",
      ])
  }

  @Test func aForbiddenEventSwitchesThemOffWithOneSentence() async {
    let transport = ScriptedAPITransport { _ in .answer(403, #"{"reason":"Forbidden"}"#) }
    let notes = Notes()
    let counts = await run(transport, notes: notes, (0..<10).map { report("\($0)") }) { $0.failed >= 1 }
    #expect(counts.failed == 1)
    #expect(transport.requests.count == 1)
    #expect(notes.all.count == 1)
    #expect(notes.all.first?.hasPrefix("Events are switched off") == true)
  }

  @Test(arguments: [
    (403, #"{"details":{"causes":[{"reason":"NamespaceTerminating"}]}}"#),
    (404, #"{"message":"namespaces \"shop\" not found"}"#), (422, "{}"),
  ])
  func anEventThatCanNeverBeWrittenEndsAlone(status: Int, body: String) async {
    let first = Mutex(true)
    let transport = ScriptedAPITransport { _ in
      let isFirst = first.withLock { first in
        defer { first = false }
        return first
      }
      return isFirst ? .answer(status, body) : .answer(201)
    }
    let counts = await run(transport, [report("one"), report("two")]) { $0.sent == 1 }
    #expect(counts == .init(sent: 1, failed: 1, dropped: 1))
    #expect(transport.requests.allSatisfy { $0.path.hasPrefix("/apis/") })
  }

  @Test func failuresAreToldOnceUntilItWorksAgain() async {
    let works = Mutex(false)
    let transport = ScriptedAPITransport { _ in
      guard works.withLock(\.self) else { throw TransportError(.unreachable, server: "s", message: "down") }
      return .answer(201)
    }
    let notes = Notes()
    let time = ManualTime()
    let recorder = EventRecorder(
      transport, nodeName: "n", time: time, wallTime: { 1_777_629_600_000_000_000 }, tell: notes.add)
    let task = Task { await recorder.run() }
    for number in 0..<3 { recorder.record(report("\(number)")) }
    while !Task.isCancelled, await recorder.counts.failed < 3 { await Task.yield() }
    task.cancel()
    await task.value
    #expect(notes.all.count == 1)
    works.withLock { $0 = true }
    time.advance(by: .seconds(30))
    await recorder.flush()
    #expect(await recorder.counts == .init(sent: 3, failed: 3, dropped: 0))
    #expect(notes.all.last == "Events can be written again")
  }

  @Test func aFullQueueDropsAndCounts() async {
    let recorder = EventRecorder(
      ScriptedAPITransport { _ in .answer(201) }, nodeName: "n", time: ManualTime(), wallTime: { 1 },
      tell: { _ in })
    for number in 0..<(EventRecorder.queueLimit + 7) { recorder.record(report("\(number)")) }
    #expect(await recorder.counts.dropped == 7)
  }
}
