/// Searches in JSON's strings, eight bytes at a time: they are most of a body.
enum JSONText {
  /// Where a string that is open at `index` has its next quote or backslash; the count when it has none.
  static func specialByte(in bytes: UnsafeRawBufferPointer, from index: Int) -> Int {
    var index = index
    while index + 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
      // The lowest bit that is set is exact; above it a borrow may show.
      let found = zeroBytes(word ^ quotes) | zeroBytes(word ^ backslashes)
      if found != 0 { return index + found.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < bytes.count, bytes[index] != JSONByte.quote, bytes[index] != JSONByte.backslash {
      index += 1
    }
    return index
  }

  private static let quotes = UInt64(JSONByte.quote) &* 0x0101_0101_0101_0101
  private static let backslashes = UInt64(JSONByte.backslash) &* 0x0101_0101_0101_0101

  /// The highest bit of the lowest byte that is zero.
  private static func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  /// What a string's content between its quotes means; nil where it isn't JSON (RFC 8259 section 7).
  static func string(_ content: UnsafeRawBufferPointer, hasEscapes: Bool) -> String? {
    if UTF8Text.hasControlCharacter(content) { return nil }
    if !hasEscapes { return UTF8Text.string(content) }
    var result: [UInt8] = []
    result.reserveCapacity(content.count)
    var index = 0
    while index < content.count {
      let end = specialByte(in: content, from: index)
      result.append(contentsOf: content[index..<end])
      index = end
      guard index < content.count else { break }
      guard let scalar = escape(content, &index) else { return nil }
      result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
    return result.withUnsafeBytes(UTF8Text.string)
  }

  /// Reads what begins with a backslash at `index`, and goes behind it.
  private static func escape(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Unicode.Scalar? {
    guard index + 1 < bytes.count else { return nil }
    let byte = bytes[index + 1]
    if byte == UInt8(ascii: "u") { return unicodeEscape(bytes, &index) }
    index += 2
    switch byte {
    case JSONByte.quote, JSONByte.backslash, UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    default: return nil
    }
  }

  /// One \uXXXX, or two that are a surrogate pair.
  private static func unicodeEscape(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Unicode.Scalar? {
    guard let first = codeUnit(bytes, index) else { return nil }
    index += 6
    guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
    guard let second = codeUnit(bytes, index), UTF16.isTrailSurrogate(second) else { return nil }
    index += 6
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
  }

  private static func codeUnit(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt16? {
    guard index + 6 <= bytes.count, bytes[index] == JSONByte.backslash, bytes[index + 1] == UInt8(ascii: "u")
    else { return nil }
    var value: UInt16 = 0
    for byte in bytes[index + 2..<index + 6] {
      guard let digit = hexadecimal(byte) else { return nil }
      value = value << 4 | digit
    }
    return value
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}
