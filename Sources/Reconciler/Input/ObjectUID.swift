/// The UID that the API server gave an object. 16 bytes where it is written as every API server writes it (RFC 9562 in
/// lower case); any other is kept as it is.
enum ObjectUID: Hashable, Sendable {
  case uuid(UInt64, UInt64)
  case text(String)

  init(_ text: String) {
    self = Self.uuid(text) ?? .text(text)
  }

  private static func uuid(_ text: String) -> ObjectUID? {
    guard text.utf8.count == 36 else { return nil }
    var words: [UInt64] = [0, 0]
    var digits = 0
    for (offset, byte) in text.utf8.enumerated() {
      if dashes.contains(offset) {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let value = hexDigit(byte) else { return nil }
      words[digits / 16] = words[digits / 16] << 4 | value
      digits += 1
    }
    return .uuid(words[0], words[1])
  }

  private static let dashes = [8, 13, 18, 23]

  private static func hexDigit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    default: nil
    }
  }
}

extension ObjectUID: CustomStringConvertible {
  /// As it was given.
  var description: String {
    switch self {
    case .text(let text): return text
    case .uuid(let high, let low):
      let digits = [high, low].map { word in
        let text = String(word, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
      }.joined()
      var text = ""
      for (offset, digit) in digits.enumerated() {
        if [8, 12, 16, 20].contains(offset) { text += "-" }
        text.append(digit)
      }
      return text
    }
  }
}

extension ObjectUID: Comparable {
  /// By their texts.
  static func < (left: Self, right: Self) -> Bool {
    if case .uuid(let high, let low) = left, case .uuid(let otherHigh, let otherLow) = right {
      return (high, low) < (otherHigh, otherLow)
    }
    return left.description < right.description
  }
}
