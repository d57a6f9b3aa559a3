/// Pairs of keys and values in the order of the text. Every key is a scalar, as in JSON.
public struct Mapping: Sendable {
  public struct Pair: Sendable {
    public let key: Scalar
    public let value: Node
  }

  /// Merge keys ("<<") are pairs like others here.
  public var pairs: [Pair]
  /// Where it begins.
  public let mark: Mark

  /// The value of a key, the last one where the key is there more than once. Merged pairs don't count.
  public subscript(key: String) -> Node? { pairs.last { $0.key.text == key }?.value }

  /// All pairs in their order, and of each whether its key is there again further down.
  public var pairsAndWhetherOverridden: [(pair: Pair, isOverridden: Bool)] {
    var last: [String: Int] = [:]
    for (index, pair) in pairs.enumerated() { last[pair.key.text] = index }
    return pairs.enumerated().map { ($1, last[$1.key.text] != $0) }
  }
}

// Merge keys (https://yaml.org/type/merge.html): a mapping's own pairs go before merged ones, earlier merged mappings
// before later ones.
extension Mapping {
  /// How many merged mappings are looked into: aliases of aliases must not cost more than they are worth.
  private static let mergeBudget = 64

  /// The value of a key of its own or, without one, of a merged mapping.
  public func value(_ key: String) -> Node? {
    var budget = Self.mergeBudget
    return value(key, &budget)
  }

  /// All pairs without merge keys; own ones last, so that they override the merged ones.
  public func mergedPairs() -> [Pair] {
    var budget = Self.mergeBudget
    return mergedPairs(&budget)
  }

  private func value(_ key: String, _ budget: inout Int) -> Node? {
    if let own = self[key] { return own }
    for mapping in merged {
      guard budget > 0 else { return nil }
      budget -= 1
      if let found = mapping.value(key, &budget) { return found }
    }
    return nil
  }

  private func mergedPairs(_ budget: inout Int) -> [Pair] {
    var result: [Pair] = []
    for mapping in merged.reversed() {
      guard budget > 0 else { break }
      budget -= 1
      result += mapping.mergedPairs(&budget)
    }
    result += pairs.filter { !$0.isMerge }
    return result
  }

  private var merged: [Mapping] {
    switch pairs.first(where: \.isMerge)?.value {
    case .mapping(let one): [one]
    case .sequence(let several): several.items.compactMap(\.mapping)
    case .scalar, nil: []
    }
  }
}

extension Mapping.Pair {
  fileprivate var isMerge: Bool { key.text == "<<" && key.isPlain }
}
