/// Reads a JSON value from its bytes, once from front to end. Values that nobody reads are passed over without being
/// looked into, at any depth.
struct JSONReader {
  private let bytes: UnsafeRawBufferPointer
  private var index = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Reads all of the bytes as one value.
  static func read<Value: JSONValue>(_ bytes: UnsafeRawBufferPointer) throws(FieldFlaw) -> Value {
    var reader = JSONReader(bytes)
    do throws(JSONFlaw) {
      let value = try Value(json: &reader)
      guard reader.nextByte == nil else { throw .syntax }
      return value
    } catch {
      switch error {
      case .syntax: throw FieldFlaw("", "is no valid JSON")
      case .field(let flaw): throw flaw
      }
    }
  }

  // MARK: Structure

  /// Calls `body` for each member, to read its value or to skip it.
  mutating func object(_ body: (JSONName, inout JSONReader) throws(JSONFlaw) -> Void) throws(JSONFlaw) {
    guard take(JSONByte.openBrace) else { throw mismatch("an object") }
    if take(JSONByte.closeBrace) { return }
    repeat {
      let name = JSONName(try rawString())
      guard take(JSONByte.colon) else { throw .syntax }
      do throws(JSONFlaw) { try body(name, &self) } catch { throw error.inside(name) }
    } while take(JSONByte.comma)
    guard take(JSONByte.closeBrace) else { throw .syntax }
  }

  /// Calls `body` for each element, to read it.
  mutating func array(_ body: (inout JSONReader) throws(JSONFlaw) -> Void) throws(JSONFlaw) {
    guard take(JSONByte.openBracket) else { throw mismatch("a list") }
    if take(JSONByte.closeBracket) { return }
    var count = 0
    repeat {
      do throws(JSONFlaw) { try body(&self) } catch { throw error.inside(element: count) }
      count += 1
    } while take(JSONByte.comma)
    guard take(JSONByte.closeBracket) else { throw .syntax }
  }

  /// Passes over a value.
  mutating func skip() throws(JSONFlaw) {
    guard nextByte != nil else { throw .syntax }
    var extent = JSONExtent()
    // A number at the very end has nothing behind it to end it.
    let end = extent.end(in: bytes, from: index) ?? bytes.count
    guard end > index else { throw .syntax }
    index = end
  }

  // MARK: Values

  /// An absent field and null leave the value as it is, as Kubernetes' own clients do.
  mutating func read<Value: JSONValue>(into value: inout Value) throws(JSONFlaw) {
    if let found: Value = try optional() { value = found }
  }

  /// For fields where absent and zero are not the same; nil for null.
  mutating func optional<Value: JSONValue>() throws(JSONFlaw) -> Value? {
    try takeNull() ? nil : try Value(json: &self)
  }

  mutating func takeNull() throws(JSONFlaw) -> Bool { try takeWord("null") }

  /// Whether a string comes next.
  var isAtString: Bool {
    mutating get { nextByte == JSONByte.quote }
  }

  mutating func string() throws(JSONFlaw) -> String {
    guard isAtString else { throw mismatch("a string") }
    let (content, hasEscapes) = try rawString()
    guard let text = JSONText.string(content, hasEscapes: hasEscapes) else { throw .syntax }
    return text
  }

  mutating func bool() throws(JSONFlaw) -> Bool {
    if try takeWord("true") { return true }
    if try takeWord("false") { return false }
    throw mismatch("true or false")
  }

  /// A number without fraction and exponent.
  mutating func integer<Number: FixedWidthInteger>() throws(JSONFlaw) -> Number {
    guard let first = nextByte, first == Self.minus || Self.isDigit(first) else {
      throw mismatch("a whole number")
    }
    let start = index
    try skip()
    let text = UnsafeRawBufferPointer(rebasing: bytes[start..<index])
    let digits = text.dropFirst(first == Self.minus ? 1 : 0)
    guard !digits.isEmpty, digits.allSatisfy(Self.isDigit) else {
      throw digits.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }
        ? .field(FieldFlaw("", "must be a whole number")) : .syntax
    }
    guard digits.count == 1 || digits.first != UInt8(ascii: "0") else { throw .syntax }
    let number = String(decoding: text, as: UTF8.self)
    guard let value = Number(number) else {
      throw .field(FieldFlaw("", "\(FieldFlaw.shortened(number)) is out of range"))
    }
    return value
  }

  // MARK: Bytes

  private static let minus = UInt8(ascii: "-")

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  /// Behind white space; nil at the end.
  private var nextByte: UInt8? {
    mutating get {
      while index < bytes.count {
        if !JSONByte.isSpace(bytes[index]) { return bytes[index] }
        index += 1
      }
      return nil
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard nextByte == byte else { return false }
    index += 1
    return true
  }

  /// Takes null, true or false. Something else that begins like it is no JSON.
  private mutating func takeWord(_ word: StaticString) throws(JSONFlaw) -> Bool {
    let length = word.utf8CodeUnitCount
    guard let byte = nextByte, byte == word.utf8Start.pointee else { return false }
    let end = index + length
    guard end <= bytes.count, word.withUTF8Buffer({ bytes[index..<end].elementsEqual($0) }),
      end == bytes.count || JSONByte.endsScalar(bytes[end])
    else { throw .syntax }
    index = end
    return true
  }

  /// The content of the string that comes next, as it is written.
  private mutating func rawString() throws(JSONFlaw) -> (UnsafeRawBufferPointer, hasEscapes: Bool) {
    guard take(JSONByte.quote) else { throw .syntax }
    let start = index
    var hasEscapes = false
    while true {
      let special = JSONText.specialByte(in: bytes, from: index)
      guard special < bytes.count else { throw .syntax }
      index = special + 1
      if bytes[special] == JSONByte.quote {
        return (UnsafeRawBufferPointer(rebasing: bytes[start..<special]), hasEscapes)
      }
      hasEscapes = true
      index += 1
    }
  }

  /// What to say of a value that isn't what it should be.
  private mutating func mismatch(_ wanted: String) -> JSONFlaw {
    switch nextByte {
    case JSONByte.quote, JSONByte.openBrace, JSONByte.openBracket, Self.minus:
      return .field(FieldFlaw("", "must be \(wanted)"))
    case let byte? where Self.isDigit(byte): return .field(FieldFlaw("", "must be \(wanted)"))
    default: break
    }
    for word: StaticString in ["null", "true", "false"] {
      guard (try? takeWord(word)) == true else { continue }
      let isNull = word.utf8Start.pointee == UInt8(ascii: "n")
      return .field(FieldFlaw("", "must be \(wanted)\(isNull ? ", not null" : "")"))
    }
    return .syntax
  }
}
