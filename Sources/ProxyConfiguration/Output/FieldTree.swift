/// Fields as the nested document that they are written as.
indirect enum FieldTree {
  case leaf(SettingValue)
  case section([String: FieldTree])

  /// A document with the fields at their paths ("ipvs.syncPeriod").
  static func document(
    _ version: String, _ kind: String, _ fields: [(key: String, value: SettingValue)]
  ) -> [String: FieldTree] {
    var root: [String: FieldTree] = ["apiVersion": .leaf(.text(version)), "kind": .leaf(.text(kind))]
    for field in fields { insert(field.value, at: field.key.split(separator: ".")[...], into: &root) }
    return root
  }

  private static func insert(
    _ value: SettingValue, at path: ArraySlice<Substring>, into tree: inout [String: FieldTree]
  ) {
    guard let name = path.first.map(String.init) else { return }
    if path.count == 1 {
      tree[name] = .leaf(value)
    } else {
      var inner: [String: FieldTree] = [:]
      if case .section(let section)? = tree[name] { inner = section }
      insert(value, at: path.dropFirst(), into: &inner)
      tree[name] = .section(inner)
    }
  }
}
