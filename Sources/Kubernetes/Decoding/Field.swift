import YAML

/// A place in a YAML document, with the path that leads to it. An absent field and null are the same, as in the API.
struct Field {
  /// Nil when absent or null.
  let node: YAML.Node?
  /// Empty at the root of an object.
  let path: String
  /// Its own line; where it is absent, that of what should contain it.
  let line: Int

  init(_ node: YAML.Node?, path: String = "", line: Int) {
    if case .scalar(let scalar)? = node, scalar.value == .null {
      self.node = nil
    } else {
      self.node = node
    }
    self.path = path
    self.line = node?.mark.line ?? line
  }

  var isPresent: Bool { node != nil }

  func error(_ message: String) -> FieldError { FieldError(line: line, path: path, message: message) }

  /// The field of this name in a mapping; absent when this field is.
  func field(_ name: String) throws(FieldError) -> Field {
    let path = path.isEmpty ? name : "\(path).\(name)"
    guard let node else { return Field(nil, path: path, line: line) }
    guard case .mapping(let mapping) = node else { throw error("must be a mapping, not \(typeName)") }
    return Field(mapping.value(name), path: path, line: line)
  }

  /// Follows a path of names.
  func at(_ names: String...) throws(FieldError) -> Field { try at(names) }

  func at(_ names: [String]) throws(FieldError) -> Field {
    var field = self
    for name in names { field = try field.field(name) }
    return field
  }

  /// The items of a sequence; none when absent.
  func items() throws(FieldError) -> [Field] {
    guard let node else { return [] }
    guard case .sequence(let sequence) = node else { throw error("must be a list, not \(typeName)") }
    return sequence.items.enumerated().map { Field($1, path: "\(path)[\($0)]", line: line) }
  }

  /// The pairs of a mapping of strings; none when absent.
  func stringMap() throws(FieldError) -> [String: String] {
    guard let node else { return [:] }
    guard case .mapping(let mapping) = node else { throw error("must be a mapping, not \(typeName)") }
    var result: [String: String] = [:]
    for pair in mapping.mergedPairs() {
      let name = pair.key.text
      result[name] = try Field(pair.value, path: "\(path)[\(name)]", line: line).string() ?? ""
    }
    return result
  }

  /// What the field holds, in words for a message.
  var typeName: String {
    switch node {
    case nil: "null"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .scalar(let scalar):
      switch scalar.value {
      case .null: "null"
      case .bool: "the boolean \(Self.shortened(scalar.text))"
      case .integer, .otherNumber: "the number \(Self.shortened(scalar.text))"
      case .string: "the string \"\(Self.shortened(scalar.text))\""
      }
    }
  }

  /// Keeps messages readable when a value is not.
  static func shortened(_ text: String) -> String {
    text.unicodeScalars.count <= 80
      ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(77))) + "..."
  }
}
