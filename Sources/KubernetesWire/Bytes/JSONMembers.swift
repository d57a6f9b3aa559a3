/// The members of a JSON object that is there whole, found without reading their values.
struct JSONMembers {
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The bytes of a member's value; nil when there is none of this name, or what comes before it isn't JSON.
  func value(_ name: StaticString) -> UnsafeRawBufferPointer? {
    var index = 0
    guard take(JSONByte.openBrace, &index) else { return nil }
    while let key = next(&index), take(JSONByte.colon, &index), let value = next(&index) {
      if Self.isString(key, name) { return value }
      guard take(JSONByte.comma, &index) else { return nil }
    }
    return nil
  }

  /// A short string without escapes; nil for anything else.
  func string(_ name: StaticString) -> String? { value(name).flatMap(Self.string) }

  static func string(_ bytes: UnsafeRawBufferPointer) -> String? {
    guard bytes.count >= 2, bytes.count <= 256, bytes.first == JSONByte.quote,
      !bytes.contains(JSONByte.backslash)
    else { return nil }
    return String(validating: bytes.dropFirst().dropLast(), as: UTF8.self)
  }

  /// Whether the JSON string is this one. The API's names have no escapes.
  static func isString(_ bytes: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
    bytes.count == name.utf8CodeUnitCount + 2 && bytes.first == JSONByte.quote
      && name.withUTF8Buffer { bytes.dropFirst().dropLast().elementsEqual($0) }
  }

  private func take(_ byte: UInt8, _ index: inout Int) -> Bool {
    skipSpace(&index)
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private func next(_ index: inout Int) -> UnsafeRawBufferPointer? {
    skipSpace(&index)
    var extent = JSONExtent()
    guard let end = extent.end(in: bytes, from: index), end > index else { return nil }
    defer { index = end }
    return UnsafeRawBufferPointer(rebasing: bytes[index..<end])
  }

  private func skipSpace(_ index: inout Int) {
    while index < bytes.count, JSONByte.isSpace(bytes[index]) { index += 1 }
  }
}
