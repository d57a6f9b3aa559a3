/// Finds where a JSON value ends, without looking at what it means; the value may come in pieces.
struct JSONExtent {
  private enum State { case notStarted, scalar, string, nested }
  private var state = State.notStarted
  /// How many objects and arrays are open.
  private var depth = 0
  private var isInString = false
  private var isEscaped = false

  /// Looks at bytes from `index` on, where white space before the value has been passed over. Gives the index after the
  /// value; nil when it goes on past these bytes. Bytes that can't begin a value give `index` itself.
  mutating func end(in bytes: UnsafeRawBufferPointer, from index: Int) -> Int? {
    var index = index
    while index < bytes.count {
      let byte = bytes[index]
      switch state {
      case .notStarted:
        guard start(byte) else { return index }
      case .scalar:
        if JSONByte.endsScalar(byte) { return index }
      case .string:
        if closesString(byte) { return index + 1 }
      case .nested:
        if closesNesting(byte) { return index + 1 }
      }
      index += 1
    }
    return nil
  }

  private mutating func start(_ byte: UInt8) -> Bool {
    switch byte {
    case JSONByte.openBrace, JSONByte.openBracket:
      state = .nested
      depth = 1
    case JSONByte.quote: state = .string
    default:
      guard !JSONByte.endsScalar(byte), byte != JSONByte.colon else { return false }
      state = .scalar
    }
    return true
  }

  private mutating func closesString(_ byte: UInt8) -> Bool {
    if isEscaped {
      isEscaped = false
    } else if byte == JSONByte.backslash {
      isEscaped = true
    } else {
      return byte == JSONByte.quote
    }
    return false
  }

  private mutating func closesNesting(_ byte: UInt8) -> Bool {
    if isInString {
      isInString = !closesString(byte)
      return false
    }
    switch byte {
    case JSONByte.quote: isInString = true
    case JSONByte.openBrace, JSONByte.openBracket: depth += 1
    case JSONByte.closeBrace, JSONByte.closeBracket: depth -= 1
    default: break
    }
    return depth == 0
  }
}

enum JSONByte {
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")
  static let openBracket = UInt8(ascii: "[")
  static let closeBracket = UInt8(ascii: "]")
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let newline = UInt8(ascii: "\n")

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == newline || byte == 0x0D || byte == 0x09
  }

  static func endsScalar(_ byte: UInt8) -> Bool {
    byte == comma || byte == closeBrace || byte == closeBracket || isSpace(byte)
  }
}
