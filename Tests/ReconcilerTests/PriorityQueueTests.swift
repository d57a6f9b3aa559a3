import KernelFakes
import SeededGenerator
import Testing

@testable import Reconciler

@Suite struct PriorityQueueTests {
  @Test func theMoreUrgentOfTwoPrioritiesCounts() {
    var queue = PriorityQueue<Int>()
    queue.insert(1, .resync)
    queue.insert(2, .resync)
    queue.insert(1, .change)
    queue.insert(1, .bulk)
    #expect(queue.count == 2)
    #expect(queue.mostUrgent == .change)
    #expect(queue.pop(.change) == 1)
    #expect(queue.pop(.change) == nil)
    #expect(queue.pop(.resync) == 2)
    #expect(queue.isEmpty)
    #expect(queue.mostUrgent == nil)
  }

  @Test func onlyWhatWaitsIsHastened() {
    var queue = PriorityQueue<Int>()
    queue.insert(1, .bulk)
    queue.hasten(1)
    queue.hasten(2)
    #expect(queue.pop(.change) == 1)
    #expect(queue.isEmpty)
  }

  @Test func ofOnePriorityTheFirstComesFirst() {
    var queue = PriorityQueue<Int>()
    for element in 0..<3000 { queue.insert(element, .bulk) }
    for element in 0..<3000 { #expect(queue.pop(.bulk) == element) }
    #expect(queue.isEmpty)
  }

  /// Against a plain list. One that was overtaken and comes again may have its earlier place.
  @Test(arguments: 0..<50) func whatGoesInComesOutOnceWithItsPriority(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var queue = PriorityQueue<Int>()
    var model: [(element: Int, priority: Priority)] = []
    for _ in 0..<3000 {
      let element = Int.random(in: 0..<1500, using: &random)
      let priority = Priority.allCases.randomElement(using: &random) ?? .bulk
      if Int.random(in: 0..<5, using: &random) < 3 {
        queue.insert(element, priority)
        let waiting = model.firstIndex { $0.element == element }
        if let waiting, model[waiting].priority <= priority { continue }
        if let waiting { model.remove(at: waiting) }
        model.append((element, priority))
      } else {
        let popped = queue.pop(priority)
        let position = model.firstIndex { $0.element == popped }
        #expect((popped == nil) == !model.contains { $0.priority == priority })
        #expect(position.map { model[$0].priority } == (popped == nil ? nil : priority))
        if let position { model.remove(at: position) }
      }
      #expect(queue.count == model.count)
      #expect(queue.mostUrgent == model.map(\.priority).min())
    }
  }
}
