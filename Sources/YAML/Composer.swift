/// From events to documents. Without recursion: how deep a text goes is not for the stack to bear.
struct Composer {
  /// libyaml's own limit for flow collections; Kubernetes objects have about 20 levels.
  private static let deepest = 1000

  private(set) var documents: [Node] = []
  private let duplicateKeys: DuplicateKeys
  private var open: [Collection] = []
  private var anchors: [String: Node] = [:]

  /// A collection whose end is still to come.
  private struct Collection {
    let isMapping: Bool
    let mark: Mark
    let anchor: String?
    var items: [Node] = []
    var pairs: [Mapping.Pair] = []
    /// The key whose value comes next.
    var key: Scalar?

    var awaitsKey: Bool { isMapping && key == nil }
  }

  init(_ duplicateKeys: DuplicateKeys) { self.duplicateKeys = duplicateKeys }

  mutating func take(_ event: Event) throws(SyntaxError) {
    switch event {
    case .documentStart: anchors = [:]
    case .scalar(let scalar, let anchor): try add(.scalar(scalar), anchor, at: scalar.mark)
    case .alias(let name, let mark):
      guard let node = anchors[name] else { throw SyntaxError(mark, "is not YAML: found undefined alias") }
      try add(node, nil, at: mark)
    case .sequenceStart(let mark, let anchor):
      try begin(Collection(isMapping: false, mark: mark, anchor: anchor))
    case .mappingStart(let mark, let anchor):
      try begin(Collection(isMapping: true, mark: mark, anchor: anchor))
    case .end: try end()
    case .streamEnd, .other: break
    }
  }

  private mutating func begin(_ collection: Collection) throws(SyntaxError) {
    guard open.last?.awaitsKey != true else { throw Self.noKey(collection.mark) }
    guard open.count < Self.deepest else {
      throw SyntaxError(collection.mark, "is nested more than \(Self.deepest) levels deep")
    }
    open.append(collection)
  }

  private mutating func end() throws(SyntaxError) {
    guard let collection = open.popLast() else { return }
    if collection.isMapping {
      if duplicateKeys == .refused { try checkKeys(collection.pairs) }
      try add(
        .mapping(Mapping(pairs: collection.pairs, mark: collection.mark)), collection.anchor,
        at: collection.mark)
    } else {
      let sequence = Node.Sequence(items: collection.items, mark: collection.mark)
      try add(.sequence(sequence), collection.anchor, at: collection.mark)
    }
  }

  private mutating func add(_ node: Node, _ anchor: String?, at mark: Mark) throws(SyntaxError) {
    if let anchor { anchors[anchor] = node }
    guard let last = open.indices.last else {
      documents.append(node)
      return
    }
    if open[last].awaitsKey {
      guard case .scalar(let key) = node else { throw Self.noKey(mark) }
      open[last].key = key
    } else if let key = open[last].key {
      open[last].pairs.append(Mapping.Pair(key: key, value: node))
      open[last].key = nil
    } else {
      open[last].items.append(node)
    }
  }

  private func checkKeys(_ pairs: [Mapping.Pair]) throws(SyntaxError) {
    var known: Set<String> = []
    let repeated = Set(pairs.lazy.map(\.key.text).filter { !known.insert($0).inserted })
    guard let first = pairs.first(where: { repeated.contains($0.key.text) }) else { return }
    let names = repeated.sorted().map { "\"\(Self.shortened($0))\"" }.joined(separator: ", ")
    throw SyntaxError(first.key.mark, "has the key \(names) twice in one mapping")
  }

  /// JSON has no such keys, and Kubernetes' objects are JSON. Comparing them could take time without bound: a list of
  /// aliases of lists of aliases is small in the text only.
  private static func noKey(_ mark: Mark) -> SyntaxError {
    SyntaxError(mark, "has a mapping or a list as a key, where only a string can be")
  }

  private static func shortened(_ key: String) -> String {
    key.unicodeScalars.count <= 80
      ? key : String(String.UnicodeScalarView(key.unicodeScalars.prefix(77))) + "..."
  }
}
