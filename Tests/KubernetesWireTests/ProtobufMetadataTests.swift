import Testing

@testable import KubernetesWire

/// Metadata is read by hand; SwiftProtobuf is the judge.
@Suite struct ProtobufMetadataTests {
  private static let spec = Protobuf.bytes(2, Protobuf.text(3, "10.0.0.1"))
  private static let metadata =
    Protobuf.text(1, "web") + Protobuf.text(2, "web-") + Protobuf.text(3, "default") + Protobuf.text(5, "u-1")
    + Protobuf.text(6, "42") + Protobuf.number(7, 3) + Protobuf.bytes(8, Protobuf.number(1, 1_795_231_413))
    + Protobuf.bytes(9, Protobuf.number(1, 1_795_231_414)) + label("app", "wéb") + label("empty", "")
    + Protobuf.bytes(12, Protobuf.text(1, "note") + Protobuf.text(2, "value"))
    + Protobuf.bytes(17, Protobuf.text(1, "a manager of fields"))

  private static func label(_ name: String, _ value: String) -> [UInt8] {
    Protobuf.bytes(11, Protobuf.text(1, name) + Protobuf.text(2, value))
  }

  private func byHand(_ bytes: [UInt8]) -> WireObjectMeta? {
    bytes.withUnsafeBytes { try? WireObjectMeta(protobuf: $0) }
  }

  private func bySwiftProtobuf(_ bytes: [UInt8]) -> WireObjectMeta? {
    bytes.withUnsafeBytes { try? WireFormat.protobuf.message(WireObjectMeta.self, $0) }
  }

  @Test func allFieldsAreRead() throws {
    let metadata = try #require(byHand(Self.metadata))
    #expect(metadata == bySwiftProtobuf(Self.metadata))
    #expect(metadata.labels == ["app": "wéb", "empty": ""])
    #expect(metadata.deletionTimestamp.seconds == 1_795_231_414)
  }

  @Test func theAnnotationThatNobodyReadsIsLeftOut() {
    let unread = Protobuf.text(1, WireObjectMeta.unreadAnnotation) + Protobuf.bytes(2, [0xFF, 0xFE])
    #expect(byHand(Self.metadata + Protobuf.bytes(12, unread)) == bySwiftProtobuf(Self.metadata))
  }

  /// Each byte of the metadata changed, in a few ways.
  @Test(arguments: metadata.indices) func aDamagedByteIsReadAlike(_ index: Int) {
    for change in [0x01, 0x08, 0x20, 0x80] as [UInt8] {
      var bytes = Self.metadata
      bytes[index] ^= change
      // Not everything that one of them refuses is refused by the other: groups, and numbers of too many bytes.
      guard let byHand = byHand(bytes), let expected = bySwiftProtobuf(bytes) else { continue }
      #expect(byHand == expected, "\(bytes)")
    }
  }

  @Test(arguments: [
    Protobuf.bytes(1, metadata) + spec, spec + Protobuf.bytes(1, metadata),
    Protobuf.bytes(1, metadata) + spec + Protobuf.bytes(1, label("second", "part")), spec, [],
    Protobuf.number(7, 1) + Protobuf.bytes(1, metadata) + spec,
  ])
  func anObjectIsReadWhereverItsMetadataIs(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { raw in
      let expected = try WireFormat.protobuf.message(WireService.self, raw)
      #expect(try WireFormat.protobuf.object(WireService.self, raw) == expected)
    }
  }
}
