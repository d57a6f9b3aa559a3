import YAML

/// A place in a kubeconfig, with the path that leads to it. An absent field and null are the same.
struct KubeconfigField {
  private let node: YAML.Node?
  /// "users[0].user.token"; empty for the whole file.
  private let path: String
  let file: String

  init(_ node: YAML.Node?, path: String, file: String) {
    if case .scalar(let scalar)? = node, scalar.value == .null {
      self.node = nil
    } else {
      self.node = node
    }
    self.path = path
    self.file = file
  }

  var isPresent: Bool { node != nil }

  /// The field of this name in a mapping; absent when this field is.
  func field(_ name: String) throws(AccessError) -> KubeconfigField {
    let path = path.isEmpty ? name : "\(path).\(name)"
    guard let node else { return KubeconfigField(nil, path: path, file: file) }
    guard case .mapping(let mapping) = node else { throw wrongKind }
    return KubeconfigField(mapping.value(name), path: path, file: file)
  }

  /// The items of a list; none when absent.
  func items() throws(AccessError) -> [KubeconfigField] {
    guard let node else { return [] }
    guard let items = node.items else { throw wrongKind }
    return items.enumerated().map { KubeconfigField($1, path: "\(path)[\($0)]", file: file) }
  }

  /// Any scalar's text: a password of digits needs no quotes.
  func string() throws(AccessError) -> String? {
    guard let node else { return nil }
    guard let text = node.text else { throw wrongKind }
    return text
  }

  func required() throws(AccessError) -> String {
    guard let text = try string() else { throw AccessError(file: file, field: path, "is missing") }
    return text
  }

  func bool() throws(AccessError) -> Bool? {
    guard let node else { return nil }
    guard case .scalar(let scalar) = node, case .bool(let value) = scalar.value else { throw wrongKind }
    return value
  }

  private var wrongKind: AccessError {
    AccessError(file: file, field: path.isEmpty ? nil : path, "has a value of the wrong kind")
  }
}
