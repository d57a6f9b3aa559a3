import Addressing

/// A namespace and a name, made once: whatever names the same object shares them, and tables look for their hash, which
/// is worked out when they are made.
final class NamespacedName: Sendable {
  let namespace: String
  let name: String
  private let hash: Int

  init(_ namespace: String, _ name: String) {
    self.namespace = namespace
    self.name = name
    var hasher = Hasher()
    hasher.combine(namespace)
    hasher.combine(name)
    hash = hasher.finalize()
  }

  var description: String { "\(namespace)/\(name)" }
}

extension NamespacedName: Hashable {
  static func == (left: NamespacedName, right: NamespacedName) -> Bool {
    left === right || left.hash == right.hash && left.name == right.name && left.namespace == right.namespace
  }

  func hash(into hasher: inout Hasher) { hasher.combine(hash) }

  func _rawHashValue(seed: Int) -> Int { KeyHash.of(UInt64(bitPattern: Int64(hash)), seed: seed) }
}
