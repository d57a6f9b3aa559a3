import KernelFakes
import Reconciler
import SeededGenerator
import Testing

@Suite struct SortedByIDTests {
  private struct Entry: Identifiable, Equatable {
    let id: Int
    var value: Int
  }

  @Test(arguments: 0..<50)
  func itHoldsWhatADictionaryHoldsInTheOrderOfTheIDs(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var dictionary: [Int: Int] = [:]
    var sorted = SortedByID<Entry>()
    for _ in 0..<200 {
      let entry = Entry(id: .random(in: 0..<40, using: &random), value: .random(in: 0..<9, using: &random))
      let isRemoval = Int.random(in: 0..<3, using: &random) == 0
      dictionary[entry.id] = isRemoval ? nil : entry.value
      sorted[entry.id] = isRemoval ? nil : entry
      #expect(sorted[entry.id]?.value == dictionary[entry.id])
    }
    #expect(sorted.map(\.id) == dictionary.keys.sorted())
    #expect(Array(sorted.keys) == sorted.map(\.id))
    #expect(sorted.values.allSatisfy { dictionary[$0.id] == $0.value })
  }

  @Test func ofSeveralWithTheSameIDTheLastCounts() {
    let sorted: SortedByID = [Entry(id: 2, value: 1), Entry(id: 1, value: 2), Entry(id: 2, value: 3)]
    #expect(sorted.values == [Entry(id: 1, value: 2), Entry(id: 2, value: 3)])
  }

  @Test func oneMoreElementDoesNotDoubleItsRoom() {
    var sorted = SortedByID((0..<1000).map { Entry(id: $0, value: 0) })
    sorted[1000] = Entry(id: 1000, value: 0)
    #expect(sorted.values.capacity < 1200)
  }
}
