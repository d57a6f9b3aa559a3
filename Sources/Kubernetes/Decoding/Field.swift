import Yams

/// A place in a YAML document, with the path that leads to it. An absent field and null are the same, as in the API.
struct Field {
  /// Nil when absent or null.
  let node: Yams.Node?
  /// Empty at the root of an object.
  let path: String
  /// Its own line; where it is absent, that of what should contain it.
  let line: Int

  init(_ node: Yams.Node?, path: String = "", line: Int) {
    if case .scalar(let scalar)? = node, ScalarValue(scalar) == .null {
      self.node = nil
    } else {
      self.node = node
    }
    self.path = path
    self.line = node?.mark?.line ?? line
  }

  var isPresent: Bool { node != nil }

  func error(_ message: String) -> FieldError { FieldError(line: line, path: path, message: message) }

  /// The field of this name in a mapping; absent when this field is.
  func field(_ name: String) throws(FieldError) -> Field {
    let path = path.isEmpty ? name : "\(path).\(name)"
    guard let node else { return Field(nil, path: path, line: line) }
    guard case .mapping(let mapping) = node else { throw error("must be a mapping, not \(typeName)") }
    var budget = Self.mergeBudget
    return Field(Self.value(name, in: mapping, &budget), path: path, line: line)
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
    return sequence.enumerated().map { Field($1, path: "\(path)[\($0)]", line: line) }
  }

  /// The pairs of a mapping of strings; none when absent.
  func stringMap() throws(FieldError) -> [String: String] {
    guard let node else { return [:] }
    guard case .mapping(let mapping) = node else { throw error("must be a mapping, not \(typeName)") }
    var result: [String: String] = [:]
    var budget = Self.mergeBudget
    for (key, value) in Self.pairs(of: mapping, &budget) {
      guard case .scalar(let name) = key else { throw error("has a key that is not a string") }
      let entry = Field(value, path: "\(path)[\(name.string)]", line: line)
      result[name.string] = try entry.string() ?? ""
    }
    return result
  }

  /// What the field holds, in words for a message.
  var typeName: String {
    switch node {
    case nil: "null"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    case .scalar(let scalar):
      switch ScalarValue(scalar) {
      case .null: "null"
      case .bool: "the boolean \(Self.shortened(scalar.string))"
      case .integer, .otherNumber: "the number \(Self.shortened(scalar.string))"
      case .string: "the string \"\(Self.shortened(scalar.string))\""
      }
    }
  }

  /// Keeps messages readable when a value is not.
  static func shortened(_ text: String) -> String {
    text.unicodeScalars.count <= 80
      ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(77))) + "..."
  }

  // MARK: Merge keys ("<<", YAML 1.1)

  /// How many merged mappings are looked into: aliases of aliases must not cost more than they are worth.
  private static let mergeBudget = 64

  private static func value(
    _ name: String, in mapping: Yams.Node.Mapping, _ budget: inout Int
  ) -> Yams.Node? {
    for (key, value) in mapping {
      if case .scalar(let scalar) = key, scalar.string == name { return value }
    }
    for merged in merged(into: mapping) {
      guard budget > 0 else { return nil }
      budget -= 1
      if let found = value(name, in: merged, &budget) { return found }
    }
    return nil
  }

  /// Own pairs last, so that they override the merged ones.
  private static func pairs(
    of mapping: Yams.Node.Mapping, _ budget: inout Int
  ) -> [(key: Yams.Node, value: Yams.Node)] {
    var result: [(key: Yams.Node, value: Yams.Node)] = []
    for merged in merged(into: mapping).reversed() {
      guard budget > 0 else { break }
      budget -= 1
      result += pairs(of: merged, &budget)
    }
    for (key, value) in mapping where !isMergeKey(key) { result.append((key, value)) }
    return result
  }

  private static func merged(into mapping: Yams.Node.Mapping) -> [Yams.Node.Mapping] {
    for (key, value) in mapping where isMergeKey(key) {
      switch value {
      case .mapping(let one): return [one]
      case .sequence(let several): return several.compactMap(\.mapping)
      case .scalar, .alias: return []
      }
    }
    return []
  }

  private static func isMergeKey(_ node: Yams.Node) -> Bool {
    if case .scalar(let scalar) = node { return scalar.string == "<<" && scalar.style == .plain }
    return false
  }
}
