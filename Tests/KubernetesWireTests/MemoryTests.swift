import SeededGenerator
import Testing

@testable import KubernetesWire

@Suite struct MemoryTests {
  @Test(arguments: 0..<20)
  func aQueueGivesBackWhatWentIn(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var queue = ByteQueue()
    var expected: [UInt8] = []
    var dropped = 0
    for _ in 0..<300 {
      let chunk = (0..<Int.random(in: 0...400, using: &random)).map {
        UInt8(truncatingIfNeeded: $0 &+ dropped)
      }
      queue.append(chunk)
      expected += chunk
      let length = Int.random(in: 0...expected.count, using: &random)
      #expect(queue.withBytes(0..<length) { Array($0) } == Array(expected.prefix(length)))
      queue.drop(length)
      expected.removeFirst(length)
      dropped += length
      #expect(queue.position == dropped)
      #expect(queue.count == expected.count)
    }
  }

  @Test func whatWasReadIsNotKept() throws {
    var queue = ByteQueue()
    let chunk = [UInt8](repeating: 7, count: 1 << 14)
    // Never empty, 40 MiB in all, 16 KiB at a time.
    queue.append(chunk)
    for _ in 0..<2560 {
      queue.append(chunk)
      queue.drop(chunk.count)
    }
    #expect(try allocated(queue) < 1 << 19)
  }

  @Test func oneLargeObjectIsForgotten() throws {
    var queue = ByteQueue()
    queue.append([UInt8](repeating: 7, count: 8 << 20))
    queue.drop(8 << 20)
    #expect(try allocated(queue) <= 1 << 16)
  }

  @Test func fieldsOutsideOfTheSchemaAreNotKept() throws {
    func message(_ bytes: [UInt8]) throws -> WireService {
      try bytes.withUnsafeBytes { try WireFormat.protobuf.message(WireService.self, $0) }
    }
    let noise = Protobuf.bytes(100, Array("noise".utf8))
    let metadata = Protobuf.bytes(1, Protobuf.text(1, "web") + noise)
    // Fields that were kept would count in the comparison.
    #expect(try message(metadata + noise) == message(Protobuf.bytes(1, Protobuf.text(1, "web"))))
  }

  private func allocated(_ queue: ByteQueue) throws -> Int {
    let storage = Mirror(reflecting: queue).children.first { $0.label == "storage" }?.value as? [UInt8]
    return try #require(storage).capacity
  }
}
