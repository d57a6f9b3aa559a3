import Synchronization

/// Reports on their way to the recorder: bounded, and never in anybody's way.
final class EventQueue: Sendable {
  let reports: AsyncStream<EventReport>
  private let input: AsyncStream<EventReport>.Continuation
  private let droppedCount = Atomic<Int>(0)

  init(limit: Int) {
    (reports, input) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(limit))
  }

  /// Reports that found the queue full.
  var dropped: Int { droppedCount.load(ordering: .relaxed) }

  func add(_ report: EventReport) {
    if case .dropped = input.yield(report) { droppedCount.add(1, ordering: .relaxed) }
  }
}
