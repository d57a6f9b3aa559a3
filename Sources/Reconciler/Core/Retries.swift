import HeapModule

/// How long to wait before a failed object is tried again: doubling from `first` to `longest`, each with up to a
/// quarter more at random, so that a fleet does not retry in step.
public struct Backoff: Hashable, Sendable {
  public var first: Duration
  public var longest: Duration

  public init(first: Duration = .milliseconds(100), longest: Duration = .seconds(30)) {
    self.first = first
    self.longest = longest
  }

  /// The delay before the next try: `attempt` is 1 after the first failure, `jitter` is 0..<1.
  public func delay(attempt: Int, jitter: Double) -> Duration {
    let doubled = first * (1 << min(max(attempt, 1) - 1, 20))
    return min(doubled, longest) * (1 + jitter / 4)
  }
}

/// An object that could not be brought to what is desired.
public struct Failure: Sendable {
  public let object: ObjectID
  /// What was last tried; nil while it waits for another object.
  public let operation: Operation?
  public let error: KernelError
  /// The Service that wants a virtual server; nil for other objects, and for one that is to go.
  public let service: ServiceKey?
  /// Consecutive failures, from 1.
  public let attempts: Int
  /// When it is tried again, on the caller's clock.
  public let due: Duration
}

/// Failed objects and when each is due again.
struct Retries: Sendable {
  private struct Due: Comparable, Sendable {
    let time: Duration
    let object: ObjectID

    static func < (left: Self, right: Self) -> Bool { left.time < right.time }
  }

  private var failures: [ObjectID: Failure] = [:]
  /// May hold entries that have been overtaken: what counts is `failures`.
  private var heap = Heap<Due>()
  private var failingByService: [ServiceKey: Int] = [:]
  private(set) var failingAddresses = 0
  private var cleared: [ObjectID] = []

  var count: Int { failures.count }
  var failingServices: Int { failingByService.count }
  var all: some Collection<Failure> { failures.values }

  subscript(object: ObjectID) -> Failure? { failures[object] }

  @discardableResult
  mutating func fail(
    _ object: ObjectID, _ operation: Operation?, _ error: KernelError, of service: ServiceKey?, now: Duration,
    backoff: Backoff, jitter: Double
  ) -> Failure {
    let before = failures[object]
    let attempts = (before?.attempts ?? 0) + 1
    let failure = Failure(
      object: object, operation: operation, error: error, service: service, attempts: attempts,
      due: now + backoff.delay(attempt: attempts, jitter: jitter))
    failures[object] = failure
    count(before, -1)
    count(failure, 1)
    heap.insert(Due(time: failure.due, object: object))
    return failure
  }

  /// - Returns: what had failed, if it had.
  @discardableResult
  mutating func clear(_ object: ObjectID) -> Failure? {
    guard let failure = failures.removeValue(forKey: object) else { return nil }
    count(failure, -1)
    cleared.append(object)
    return failure
  }

  /// The objects that have recovered since the last call.
  mutating func takeCleared() -> [ObjectID] {
    defer { cleared = [] }
    return cleared
  }

  private mutating func count(_ failure: Failure?, _ step: Int) {
    guard let failure else { return }
    if case .address = failure.object { failingAddresses += step }
    guard let service = failure.service else { return }
    let count = (failingByService[service] ?? 0) + step
    failingByService[service] = count == 0 ? nil : count
  }

  /// When the next object is due; nil when none is.
  mutating func nextDue() -> Duration? {
    dropOvertaken()
    return heap.min?.time
  }

  /// The objects due by now. Their failures stay on record until they succeed.
  mutating func popDue(_ now: Duration) -> [ObjectID] {
    var due: [ObjectID] = []
    dropOvertaken()
    while let next = heap.min, next.time <= now {
      _ = heap.popMin()
      due.append(next.object)
      dropOvertaken()
    }
    return due
  }

  private mutating func dropOvertaken() {
    while let next = heap.min, failures[next.object]?.due != next.time { _ = heap.popMin() }
  }
}
