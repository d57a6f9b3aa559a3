import KubernetesWire
import SeededGenerator
import Testing

@Suite struct MalformedBodyTests {
  @Test(arguments: ResourceKind.allCases)
  func everyTruncationIsNoticed(_ kind: ResourceKind) throws {
    for (file, format) in [("list.pb", WireFormat.protobuf), ("list.of-pb.json", .json)] {
      let body = try fixture("\(kind.plural).\(file)")
      let whole = DecodedList(body, kind, format)
      // The last bytes of an Unknown are two empty fields that may be missing.
      let end = format == .protobuf ? body.count - 4 : body.count
      for length in Swift.stride(from: 0, to: end, by: max(1, body.count / 150)) {
        let cut = DecodedList(Array(body.prefix(length)), kind, format)
        #expect(cut.error?.kind == .truncated, "after \(length) bytes")
        #expect(cut.error?.offset == length)
        #expect(cut.items == Array(whole.items.prefix(cut.items.count)))
      }
    }
  }

  /// Whatever the bytes, decoding ends, gives no more than there is, and gives it however the bytes come.
  @Test(arguments: 0..<40)
  func randomDamageToAListNeitherCrashesNorHangs(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let kind = ResourceKind.allCases[Int(seed) % 3]
    for (file, format) in [("list.pb", WireFormat.protobuf), ("list.of-pb.json", .json)] {
      let body = try fixture("\(kind.plural).\(file)")
      for _ in 0..<40 {
        let damaged = damage(body, &random)
        let decoded = DecodedList(damaged, kind, format)
        #expect(decoded.items.count <= damaged.count)
        #expect(decoded.error != nil || decoded.metadata != nil)
      }
      let damaged = damage(body, &random)
      #expect(DecodedList(damaged, kind, format, chunks: [7, 300]) == DecodedList(damaged, kind, format))
    }
  }

  @Test(arguments: 0..<20)
  func randomDamageToAWatchNeitherCrashesNorHangs(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let kind = ResourceKind.allCases[Int(seed) % 3]
    for (file, format) in [("watchlist.pb", WireFormat.protobuf), ("watchlist.jsonl", .json)] {
      let body = try fixture("\(kind.plural).\(file)")
      for _ in 0..<40 {
        let damaged = damage(body, &random)
        let decoded = DecodedWatch(damaged, kind, format)
        #expect(decoded.events.count <= damaged.count)
        #expect(decoded.error == nil || decoded.error?.offset ?? -1 >= 0)
      }
    }
  }

  @Test(arguments: 0..<20)
  func randomBytesNeitherCrashNorHang(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for format in WireFormat.allCases {
      let start = format == .protobuf ? Array("k8s\0".utf8) : Array("{\"items\":[".utf8)
      let body = start + (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
      for kind in ResourceKind.allCases {
        #expect(DecodedList(body, kind, format).metadata == nil)
        #expect(DecodedWatch(body, kind, format).error != nil)
      }
    }
  }

  @Test func hugeLengthsAreRefusedWithoutWaitingForTheirBytes() throws {
    let header = Array("k8s\0".utf8)
    // Within a list that claims 2 GiB, an item that claims 1 GiB.
    let item = header + [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x03]
    #expect(DecodedList(item, .node, .protobuf).error?.kind == .tooLarge)
    // More than 2 GiB.
    let list = header + [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]
    #expect(DecodedList(list, .node, .protobuf).error?.kind == .malformed)
    // A length of more than 64 bits.
    let overflow = header + [0x12] + [UInt8](repeating: 0xFF, count: 10)
    #expect(DecodedList(overflow, .node, .protobuf).error?.kind == .malformed)
    // An item that reaches past its list.
    let beyond = header + [0x12, 0x04, 0x12, 0x7F, 0x0A, 0x00]
    let error = try #require(DecodedList(beyond, .node, .protobuf).error)
    #expect(error.description == "byte 6: a protobuf field that is longer than its list")
  }

  @Test func aJSONValueThatNeverEndsIsRefused() {
    var decoder = ListDecoder(.node, format: .json, largestObject: 1000)
    decoder.append(Array("{\"items\":[{\"a\":\"".utf8))
    decoder.append([UInt8](repeating: 0x41, count: 994))
    #expect(throws: Never.self) { try decoder.next() }
    decoder.append([0x41])
    #expect(throws: WireError.self) { try decoder.next() }
  }

  @Test func deepNestingIsNoTrap() {
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    let body =
      #"{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"n"},"x":\#(deep)},{"metadata":{"name":"m"},"spec":\#(deep)}]}"#
    let decoded = DecodedList(Array(body.utf8), .node, .json)
    // Where nobody reads, it does no harm.
    #expect(decoded.objects.map(\.name) == [ObjectName(namespace: "", name: "n")])
    #expect(decoded.undecodable.map(\.description) == ["Node m: spec: must be an object"])

    var message: [UInt8] = []
    for _ in 0..<10_000 { message = Protobuf.bytes(2, message) }
    let protobuf = Protobuf.list("Service", items: [Protobuf.metadata("n") + message])
    #expect(DecodedList(protobuf, .service, .protobuf).items.count == 1)
  }

  @Test(arguments: [
    ("[]", "byte 0: \"[\" where JSON has no place for it, in a list"),
    ("{,}", "byte 1: \",\" where JSON has no place for it, in a member's name"),
    (#"{"a":1,}"#, "byte 7: \"}\" where JSON has no place for it, in a member's name"),
    (#"{"a" 1}"#, "byte 5: \"1\" where JSON has no place for it, in a list"),
    (#"{"a":}"#, "byte 5: \"}\" where JSON has no place for it, in a value"),
    (#"{"items":[1,]}"#, "byte 12: \"]\" where JSON has no place for it, in an item"),
    (#"{"items":[1 2]}"#, "byte 12: \"2\" where JSON has no place for it, in a list"),
    (#"{"items":7}"#, "byte 9: items that are no list"),
    (#"{"items":[]}"#, "byte 12: a list without metadata.resourceVersion"),
    (#"{"metadata":[]}"#, "byte 12: the list's metadata: must be an object"),
    (#"{"metadata":{"resourceVersion":"1"}} x"#, "byte 37: \"x\" where JSON has no place for it, in a list"),
    (#"{"kind":"Status","code":500}"#, "byte 8: Status, not a NodeList"),
    ("<html>", "byte 0: \"<\" where JSON has no place for it, in a list"),
    ("", "byte 0: the body ends in the middle of a list of Nodes"),
  ])
  func theErrorTellsWhere(_ body: String, _ description: String) {
    #expect(DecodedList(Array(body.utf8), .node, .json).error?.description == description)
    #expect(DecodedList(Array(body.utf8), .node, .json, chunks: [1]).error?.description == description)
  }

  @Test func anotherListThanAskedForIsRefused() throws {
    let body = try fixture("services.list.pb")
    let error = try #require(DecodedList(body, .node, .protobuf).error)
    #expect(error.description == "byte 6: ServiceList, not a NodeList")
    #expect(error.kind == .unexpectedContent)
  }

  @Test func anErrorStays() {
    var decoder = ListDecoder(.node, format: .json)
    decoder.append(Array("[".utf8))
    #expect(throws: WireError.self) { try decoder.next() }
    decoder.append(Array(#"{"metadata":{"resourceVersion":"1"}}"#.utf8))
    #expect(throws: WireError.self) { try decoder.next() }
    #expect(throws: WireError.self) { try decoder.finish() }
  }

  /// One to five changes: a byte, a cut, a piece taken out, a piece twice.
  private func damage(_ body: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var result = body
    for _ in 0..<Int.random(in: 1...5, using: &random) where result.count > 20 {
      let index = Int.random(in: 0..<result.count - 16, using: &random)
      let piece = index..<index + Int.random(in: 1...16, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: result.removeLast(result.count - index)
      case 1: result.removeSubrange(piece)
      case 2: result.insert(contentsOf: result[piece], at: index)
      case 3: result[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
      default: result[index] = UInt8.random(in: 0...255, using: &random)
      }
    }
    return result
  }
}
