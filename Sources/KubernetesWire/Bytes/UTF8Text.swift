/// Strings from bytes. Nearly all of the API's are ASCII, which is told eight bytes at a time.
enum UTF8Text {
  /// Nil for bytes that are no UTF-8.
  static func string(_ bytes: UnsafeRawBufferPointer) -> String? {
    bytes.withMemoryRebound(to: UInt8.self) { text in
      // The standard library's check of UTF-8 takes a microsecond for each string.
      isASCII(bytes) ? String(decoding: text, as: UTF8.self) : String(validating: text, as: UTF8.self)
    }
  }

  private static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    words(of: bytes) { $0 & highestBits == 0 }
  }

  /// Whether a byte is below 0x20.
  static func hasControlCharacter(_ bytes: UnsafeRawBufferPointer) -> Bool {
    !words(of: bytes) { ($0 &- 0x2020_2020_2020_2020) & ~$0 & highestBits == 0 }
  }

  private static let highestBits: UInt64 = 0x8080_8080_8080_8080

  /// Whether all words are as wanted; the last one is filled up with spaces.
  private static func words(of bytes: UnsafeRawBufferPointer, are isWanted: (UInt64) -> Bool) -> Bool {
    var index = 0
    while index + 8 <= bytes.count {
      guard isWanted(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) else { return false }
      index += 8
    }
    var rest: UInt64 = 0x2020_2020_2020_2020
    while index < bytes.count {
      rest = rest << 8 | UInt64(bytes[index])
      index += 1
    }
    return isWanted(rest)
  }
}
