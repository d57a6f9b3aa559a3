/// What to do with a key that a mapping has more than once.
public enum DuplicateKeys: Sendable {
  /// It is an error, as YAML has it.
  case refused
  /// All its pairs are kept, in their order.
  case kept
}

extension Node {
  /// The documents of a YAML 1.1 text (JSON is YAML), none for a text of comments only.
  ///
  /// A text from anywhere is safe to read: time and memory are in proportion to its length, whatever its aliases name;
  /// collections are at most 1,000 levels deep.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, with or without a byte order mark.
  ///   - duplicateKeys: what to do with a key that a mapping has more than once.
  /// - Returns: The root of each document; an empty document is a null.
  /// - Throws: SyntaxError for what is not UTF-8 or not YAML, for duplicate keys, and for keys that are collections.
  public static func documents(
    _ bytes: [UInt8], duplicateKeys: DuplicateKeys = .refused
  ) throws(SyntaxError) -> [Node] {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw SyntaxError(markOfInvalidByte(bytes), "is not UTF-8 text")
    }
    return try bytes.withUnsafeBufferPointer { bytes throws(SyntaxError) in
      let reader = try EventReader(bytes)
      var composer = Composer(duplicateKeys)
      while true {
        let event = try reader.next()
        if case .streamEnd = event { return composer.documents }
        try composer.take(event)
      }
    }
  }

  private static func markOfInvalidByte(_ bytes: [UInt8]) -> Mark {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var (line, column) = (1, 1)
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      if scalar == "\n" { (line, column) = (line + 1, 1) } else { column += 1 }
    }
    return Mark(line: line, column: column)
  }
}
