/// Refuses YAML whose aliases multiply without bound ("billion laughs").
///
/// Aliased values are shared, so they cost nothing by themselves; but a mapping's keys are hashed to find duplicates, and
/// a key that is a collection of aliases of aliases is hashed in full. No manifest has such keys.
enum AliasGuard {
  /// Whether parsing could take exponential time: many anchors, and collections or aliases as keys.
  static func isDangerous(_ text: [UInt8]) -> Bool {
    guard text.contains(UInt8(ascii: "&")), text.contains(UInt8(ascii: "*")) else { return false }
    var anchors = 0
    var aliases = 0
    var complexKeys = 0
    var isAliasName = false
    var previous = UInt8(ascii: "\n")
    var lastVisible = UInt8(ascii: "\n")
    for (index, byte) in text.enumerated() {
      let opens = isSeparator(previous)
      let names = index + 1 < text.count && isNameByte(text[index + 1])
      switch byte {
      case UInt8(ascii: "&") where opens && names: anchors += 1
      case UInt8(ascii: "*") where opens && names:
        aliases += 1
        isAliasName = true
      case UInt8(ascii: "?") where opens: complexKeys += 1
      case UInt8(ascii: ":")
      where isAliasName || lastVisible == UInt8(ascii: "]") || lastVisible == UInt8(ascii: "}"):
        complexKeys += 1
      default: break
      }
      if byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") { lastVisible = byte }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") {
        isAliasName = false
      }
      previous = byte
    }
    return anchors > 8 && aliases > 16 && complexKeys > 0
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "["),
      UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
