import Glibc

/// What can be read from JSON.
protocol JSONValue {
  /// Reads the next value.
  init(json reader: inout JSONReader) throws(JSONFlaw)
}

/// What is read member by member; every member is optional.
protocol JSONObject: JSONValue {
  init()

  /// Reads or skips the value of the member.
  mutating func read(_ name: JSONName, _ reader: inout JSONReader) throws(JSONFlaw)
}

extension JSONObject {
  init(json reader: inout JSONReader) throws(JSONFlaw) {
    self.init()
    try reader.object { (name, reader) throws(JSONFlaw) in try read(name, &reader) }
  }
}

extension String: JSONValue {
  init(json reader: inout JSONReader) throws(JSONFlaw) { self = try reader.string() }
}

extension Bool: JSONValue {
  init(json reader: inout JSONReader) throws(JSONFlaw) { self = try reader.bool() }
}

extension Int32: JSONValue {
  init(json reader: inout JSONReader) throws(JSONFlaw) { self = try reader.integer() }
}

extension Int64: JSONValue {
  init(json reader: inout JSONReader) throws(JSONFlaw) { self = try reader.integer() }
}

extension Array: JSONValue where Element: JSONValue {
  init(json reader: inout JSONReader) throws(JSONFlaw) {
    self.init()
    try reader.array { (reader) throws(JSONFlaw) in append(try Element(json: &reader)) }
  }
}

extension Dictionary: JSONValue where Key == String, Value: JSONValue {
  init(json reader: inout JSONReader) throws(JSONFlaw) {
    self.init()
    try reader.object { (name, reader) throws(JSONFlaw) in
      self[try name.text] = try Value(json: &reader)
    }
  }
}

/// A member's name, as it is written.
struct JSONName {
  private let bytes: UnsafeRawBufferPointer
  private let hasEscapes: Bool

  init(_ raw: (bytes: UnsafeRawBufferPointer, hasEscapes: Bool)) {
    bytes = raw.bytes
    hasEscapes = raw.hasEscapes
  }

  var text: String {
    get throws(JSONFlaw) {
      guard let text = JSONText.string(bytes, hasEscapes: hasEscapes) else { throw .syntax }
      return text
    }
  }

  /// The names of the API have no escapes, and no server writes any in them.
  static func ~= (name: StaticString, written: JSONName) -> Bool {
    guard written.bytes.count == name.utf8CodeUnitCount, let start = written.bytes.baseAddress else {
      return false
    }
    return memcmp(start, name.utf8Start, written.bytes.count) == 0
  }
}

/// Why a value can't be read.
enum JSONFlaw: Error {
  /// The object as a whole is no JSON: where it was noticed says little.
  case syntax
  /// A value that is not what its field holds.
  case field(FieldFlaw)

  /// The same, seen from the object that holds it.
  func inside(_ name: JSONName) -> JSONFlaw {
    guard case .field(let flaw) = self, let name = try? name.text else { return .syntax }
    return .field(flaw.inside(FieldFlaw.shortened(name)))
  }

  /// The same, seen from the list that holds it.
  func inside(element: Int) -> JSONFlaw {
    guard case .field(let flaw) = self else { return self }
    return .field(flaw.inside("[\(element)]"))
  }
}
