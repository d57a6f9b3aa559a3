// Reading fields of JSON objects. An absent field and null leave the value as it is, as Kubernetes' own clients do.
extension KeyedDecodingContainer {
  func read<Value: Decodable>(_ key: Key, into value: inout Value) throws {
    if let found = try decodeIfPresent(Value.self, forKey: key) { value = found }
  }

  /// For fields where absent and zero are not the same.
  func optional<Value: Decodable>(_ key: Key, _: Value.Type = Value.self) throws -> Value? {
    try decodeIfPresent(Value.self, forKey: key)
  }
}
