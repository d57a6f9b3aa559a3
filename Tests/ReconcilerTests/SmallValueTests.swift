import Addressing
import KernelFakes
import SeededGenerator
import Testing

@testable import Reconciler

/// What the core keeps in a smaller form than it was given.
@Suite struct SmallValueTests {
  @Test(arguments: [
    "a0000000-0000-4000-8000-00000000002a", "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff", "", "web", "A0000000-0000-4000-8000-00000000002A",
    "a0000000-0000-4000-8000-00000000002g", "a00000000000-4000-8000-00000000002a-",
    "é0000000-0000-4000-8000-0000000000",
  ])
  func aUIDComesBackAsItWasGiven(_ text: String) {
    #expect(ObjectUID(text).description == text)
    #expect(ServiceInput(key: key("web"), uid: text, clusterIPs: [], ports: []).uid == text)
  }

  @Test func aUIDOfTheAPIServerTakesSixteenBytes() {
    #expect(MemoryLayout<ObjectUID>.size == 17)
    guard case .uuid = ObjectUID("a0000000-0000-4000-8000-00000000002a") else {
      Issue.record("kept as a text")
      return
    }
  }

  @Test(arguments: 0..<20)
  func uidsAreOrderedAsTheirTexts(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let texts = (0..<30).map { _ in
      let digits = (0..<32).map { _ in "0123456789abcdef".randomElement(using: &random) ?? "0" }
      let text = String(digits)
      let parts = [text.prefix(8), text.dropFirst(8).prefix(4), text.dropFirst(12).prefix(4)]
      let isOther = Int.random(in: 0..<4, using: &random) == 0
      return isOther
        ? String(text.prefix(9))
        : (parts + [text.dropFirst(16).prefix(4), text.dropFirst(20)]).joined(separator: "-")
    }
    #expect(texts.map { ObjectUID($0) }.sorted().map(\.description) == texts.sorted())
  }

  @Test(arguments: 0..<20)
  func addressesAreCountedInBothFamilies(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var counts = AddressCounts()
    var expected: [IPAddress: Int] = [:]
    for _ in 0..<300 {
      let number = UInt32.random(in: 0..<6, using: &random)
      // ::5 is another address than 0.0.0.5.
      let address =
        Bool.random(using: &random) ? IPAddress(ipv4: number) : IPAddress(ipv6High: 0, low: UInt64(number))
      let before = expected[address] ?? 0
      if Bool.random(using: &random) {
        expected[address] = before + 1
        #expect(counts.add(address) == (before == 0))
      } else {
        expected[address] = max(before - 1, 0)
        #expect(counts.remove(address) == (before == 1))
      }
      #expect(Int(counts[address]) == expected[address])
    }
  }

  @Test(arguments: 0..<20) func virtualServersAreInOrderAsNumbersToo(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    // Few of each, so that all fields decide.
    let ids = (0..<200).map { _ in
      let number = UInt32.random(in: 0...2, using: &random) << 30
      let address =
        Bool.random(using: &random) ? IPAddress(ipv4: number) : IPAddress(ipv6High: 0, low: UInt64(number))
      return VirtualServerID(
        address, port: UInt16.random(in: 0...2, using: &random) << 14,
        transport: [.tcp, .udp, .sctp][Int.random(in: 0...2, using: &random)])
    }
    #expect(ids.inOrder() == ids.sorted())
  }

  @Test func longNodeNamesAreKeptOnce() {
    let name = "ip-10-0-1-23.eu-central-1.compute.internal"
    var core = ReconcilerCore(testConfiguration)
    for number in 0..<3 {
      // Another instance each time, as after decoding.
      let decoded = String(decoding: Array(name.utf8), as: UTF8.self)
      let endpoints = [endpoint("10.244.0.\(number + 1)", node: decoded)]
      _ = core.ingest(complete(put(slice("web-\(number)", of: "web", endpoints))))
    }
    let names = core.services[key("web")]?.slices.flatMap(\.endpoints).compactMap(\.nodeName) ?? []
    #expect(names == [name, name, name])
    #expect(Set(names.map(storage)).count == 1)
  }

  @Test func namesThatNobodyUsesAnyMoreDoNotPileUp() {
    var names = SharedStrings()
    for number in 0..<3 * SharedStrings.limit { _ = names.shared("a-node-that-came-and-went-\(number)") }
    #expect(names.count <= SharedStrings.limit)
  }

  /// Where the bytes of a string of more than 15 bytes are.
  private func storage(_ string: String) -> UInt? {
    var string = string
    return string.withUTF8 { $0.baseAddress.map { UInt(bitPattern: $0) } }
  }
}
