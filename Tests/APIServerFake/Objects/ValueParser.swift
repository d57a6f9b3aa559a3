/// JSON that isn't, and where.
public struct ValueError: Error, Sendable, Hashable, CustomStringConvertible {
  public let offset: Int
  public let expected: String

  public var description: String { "byte \(offset): expected \(expected)" }
}

extension Value {
  /// Reads one JSON text (RFC 8259) of which only numbers without fraction are known.
  ///
  /// - Throws: ValueError at the first byte that does not fit.
  public init(json: some Collection<UInt8>) throws(ValueError) {
    var parser = ValueParser(bytes: Array(json))
    self = try parser.text()
  }

  public init(json text: String) throws(ValueError) { try self.init(json: Array(text.utf8)) }
}

private struct ValueParser {
  let bytes: [UInt8]
  var offset = 0

  mutating func text() throws(ValueError) -> Value {
    let value = try value(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw error("the end") }
    return value
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func error(_ expected: String) -> ValueError { ValueError(offset: offset, expected: expected) }

  private mutating func skipSpace() {
    while let next, next == 0x20 || next == 0x0a || next == 0x0d || next == 0x09 { offset += 1 }
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: byte) else { return false }
    offset += 1
    return true
  }

  private mutating func value(depth: Int) throws(ValueError) -> Value {
    guard depth < 100 else { throw error("less than 100 levels") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .integer(try integer())
    }
  }

  private mutating func word(_ word: String, _ value: Value) throws(ValueError) -> Value {
    guard bytes[offset...].starts(with: word.utf8) else { throw error(word) }
    offset += word.utf8.count
    return value
  }

  private mutating func integer() throws(ValueError) -> Int64 {
    let digits = bytes[offset...].prefix { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
    guard let number = Int64(String(decoding: digits, as: UTF8.self)) else { throw error("a whole number") }
    offset += digits.count
    return number
  }

  private mutating func array(depth: Int) throws(ValueError) -> Value {
    offset += 1
    var elements: [Value] = []
    if take("]") { return .array(elements) }
    repeat { elements.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw error("',' or ']'") }
    return .array(elements)
  }

  private mutating func object(depth: Int) throws(ValueError) -> Value {
    offset += 1
    var members: [Value.Member] = []
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("a member's name") }
      let name = try string()
      guard take(":") else { throw error("':'") }
      members.append(Value.Member(name, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw error("',' or '}'") }
    return .object(members)
  }

  private mutating func string() throws(ValueError) -> String {
    offset += 1
    var text: [UInt8] = []
    while let byte = next {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(contentsOf: try escaped())
      default: text.append(byte)
      }
    }
    throw error("the string's end")
  }

  private mutating func escaped() throws(ValueError) -> [UInt8] {
    guard let kind = next else { throw error("an escaped character") }
    offset += 1
    switch kind {
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0c]
    case UInt8(ascii: "u"): return try unicode()
    default: return [kind]
    }
  }

  private mutating func unicode() throws(ValueError) -> [UInt8] {
    var units = [try codeUnit()]
    if UTF16.isLeadSurrogate(units[0]), bytes[offset...].starts(with: #"\u"#.utf8) {
      offset += 2
      units.append(try codeUnit())
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  private mutating func codeUnit() throws(ValueError) -> UInt16 {
    let digits = bytes[offset...].prefix(4)
    guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw error("four hexadecimal digits")
    }
    offset += 4
    return unit
  }
}
