import Foundation
import Synchronization

/// Runs `body` for each element on a few threads, since most of the time is waiting; in the elements' order.
func inParallel<Element: Sendable, Value: Sendable>(
  _ elements: [Element], threads: Int = 12, _ body: @escaping @Sendable (Element) -> Value
) -> [Value] {
  let work = ParallelWork(elements, body)
  let done = DispatchSemaphore(value: 0)
  let count = min(threads, elements.count)
  for _ in 0..<count {
    Thread.detachNewThread {
      while work.runNext() {}
      done.signal()
    }
  }
  for _ in 0..<count { done.wait() }
  return work.values
}

private final class ParallelWork<Element: Sendable, Value: Sendable>: Sendable {
  private let elements: [Element]
  private let body: @Sendable (Element) -> Value
  private let next = Atomic(0)
  private let results: Mutex<[Value?]>

  init(_ elements: [Element], _ body: @escaping @Sendable (Element) -> Value) {
    self.elements = elements
    self.body = body
    results = Mutex(Array(repeating: nil, count: elements.count))
  }

  var values: [Value] { results.withLock { $0.compactMap { $0 } } }

  func runNext() -> Bool {
    let index = next.add(1, ordering: .relaxed).oldValue
    guard index < elements.count else { return false }
    let value = body(elements[index])
    results.withLock { $0[index] = value }
    return true
  }
}
