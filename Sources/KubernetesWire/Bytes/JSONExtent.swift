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
    guard index < bytes.count else { return nil }
    var index = index
    if state == .notStarted {
      guard start(bytes[index]) else { return index }
      index += 1
    }
    switch state {
    case .notStarted: return nil
    case .scalar:
      while index < bytes.count, !JSONByte.endsScalar(bytes[index]) { index += 1 }
      return index < bytes.count ? index : nil
    case .string: return passString(bytes, &index) ? index : nil
    case .nested: return passNesting(bytes, &index) ? index : nil
    }
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

  /// Goes behind the closing quote of the string that is open; false when it is not there yet.
  private mutating func passString(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Bool {
    while index < bytes.count {
      if isEscaped {
        isEscaped = false
        index += 1
        continue
      }
      index = JSONText.specialByte(in: bytes, from: index)
      guard index < bytes.count else { return false }
      index += 1
      if bytes[index - 1] == JSONByte.quote { return true }
      isEscaped = true
    }
    return false
  }

  /// Goes behind what closes the outermost object or array; false when it is not there yet.
  private mutating func passNesting(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Bool {
    while index < bytes.count {
      if isInString {
        guard passString(bytes, &index) else { return false }
        isInString = false
        continue
      }
      switch bytes[index] {
      case JSONByte.quote: isInString = true
      case JSONByte.openBrace, JSONByte.openBracket: depth += 1
      case JSONByte.closeBrace, JSONByte.closeBracket: depth -= 1
      default: break
      }
      index += 1
      if depth == 0 { return true }
    }
    return false
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
