import Yams

/// Text to YAML documents, with errors that name a line.
enum YAMLText {
  static func documents(_ bytes: [UInt8]) throws(ManifestSyntaxError) -> [Yams.Node] {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ManifestSyntaxError(line: lineOfInvalidByte(bytes), message: "is not UTF-8 text")
    }
    guard !AliasGuard.isDangerous(bytes) else {
      throw ManifestSyntaxError(line: nil, message: "has too many aliases in mapping keys to be read safely")
    }
    var documents: [Yams.Node] = []
    do {
      // The basic resolver: types are resolved where a field is read, not by regular expressions for every key.
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      while let root = try parser.nextRoot() { documents.append(root) }
    } catch let error as YamlError {
      throw syntaxError(error)
    } catch {
      throw ManifestSyntaxError(line: nil, message: "can't be read as YAML: \(error)")
    }
    return documents
  }

  private static func syntaxError(_ error: YamlError) -> ManifestSyntaxError {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let context = context.map { "\($0.text) that began in line \($0.mark.line): " } ?? ""
      return ManifestSyntaxError(line: mark.line, message: "is not YAML: \(context)\(problem)")
    case .reader(let problem, let offset, _, let yaml):
      let line = offset.map { offset in 1 + yaml.prefix(offset).count(where: \.isNewline) }
      return ManifestSyntaxError(line: line, message: "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      let names = keys.map { "\"\(Field.shortened($0))\"" }.joined(separator: ", ")
      return ManifestSyntaxError(
        line: context.mark.line, message: "has the key \(names) twice in one mapping")
    case .memory:
      return ManifestSyntaxError(line: nil, message: "is not YAML: out of memory")
    case .no, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      return ManifestSyntaxError(line: nil, message: "can't be read as YAML")
    }
  }

  private static func lineOfInvalidByte(_ bytes: [UInt8]) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var line = 1
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      if scalar == "\n" { line += 1 }
    }
    return line
  }
}
