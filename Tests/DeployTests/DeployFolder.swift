import FoundationEssentials
import YAML

/// deploy/ of this repository, as text and as YAML.
enum DeployFolder {
  static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let kubernetes = "deploy/kubernetes"

  /// A file by its path from the repository's root.
  static func text(_ path: String) throws -> String {
    try String(contentsOf: repository.appending(path: path), encoding: .utf8)
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: repository.appending(path: path).path)
  }

  /// All documents of a file.
  static func documents(_ path: String) throws -> [Node] {
    try YAML.Node.documents(Array(text(path).utf8)).map(Node.init)
  }

  /// The only document of a file.
  static func document(_ path: String) throws -> Node {
    let documents = try documents(path)
    guard documents.count == 1, let document = documents.first else {
      throw DeployError(description: "\(path) has \(documents.count) documents, not one")
    }
    return document
  }

  /// Every file below deploy/kubernetes, from the repository's root.
  static func kubernetesFiles() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: repository.appending(path: kubernetes).path)
      .map { "\(kubernetes)/\($0)" }
      .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".conf") }
      .sorted()
  }

  /// The values of a systemd unit's settings of that name, each split at spaces.
  static func unitSetting(_ name: String) throws -> [[String]] {
    try text("deploy/systemd/ipvs-proxy.service").split(separator: "\n")
      .filter { $0.hasPrefix("\(name)=") }
      .map { $0.dropFirst(name.count + 1).split(separator: " ").map(String.init) }
  }
}

struct DeployError: Error, CustomStringConvertible {
  let description: String
}

/// A YAML value without its places, to be compared.
enum Node: Equatable {
  case scalar(String, ScalarValue)
  case sequence([Node])
  case mapping([String: Node])

  init(_ node: YAML.Node) {
    switch node {
    case .scalar(let scalar): self = .scalar(scalar.text, scalar.value)
    case .sequence(let sequence): self = .sequence(sequence.items.map(Node.init))
    case .mapping(let mapping):
      self = .mapping(Dictionary(mapping.pairs.map { ($0.key.text, Node($0.value)) }) { $1 })
    }
  }

  var string: String? {
    if case .scalar(let text, _) = self { text } else { nil }
  }

  var bool: Bool? {
    if case .scalar(_, .bool(let value)) = self { value } else { nil }
  }

  var mapping: [String: Node]? {
    if case .mapping(let mapping) = self { mapping } else { nil }
  }

  var int: Int? {
    if case .scalar(_, .integer(let value)) = self { value } else { nil }
  }

  /// Empty for what is no list.
  var items: [Node] {
    if case .sequence(let items) = self { items } else { [] }
  }

  /// The texts of a list; empty where there is none.
  var strings: [String] { items.compactMap(\.string) }

  /// What the items of a list are called.
  var names: [String] { items.compactMap { $0["name"]?.string } }

  subscript(key: String) -> Node? { mapping?[key] }

  /// The node at a path of keys and of positions: "spec", "containers", 0.
  func at(_ path: PathStep...) -> Node? {
    var node: Node? = self
    for step in path {
      switch step {
      case .key(let key): node = node?[key]
      case .position(let position):
        guard let items = node?.items, items.indices.contains(position) else { return nil }
        node = items[position]
      }
    }
    return node
  }
}

extension Node: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  init(stringLiteral value: String) { self = .scalar(value, .string) }
  init(arrayLiteral elements: Node...) { self = .sequence(elements) }
  init(dictionaryLiteral elements: (String, Node)...) {
    self = .mapping(Dictionary(uniqueKeysWithValues: elements))
  }
}

enum PathStep: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  case key(String)
  case position(Int)

  init(stringLiteral value: String) { self = .key(value) }
  init(integerLiteral value: Int) { self = .position(value) }
}
