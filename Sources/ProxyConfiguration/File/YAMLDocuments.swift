import Yams

/// Text to YAML documents. A key that a mapping has twice is renamed where it comes first, for the last one counts in
/// kube-proxy; Yams by itself would refuse the text.
enum YAMLDocuments {
  struct Flaw: Error {
    let line: Int?
    /// The rest of a sentence that began with the file's name.
    let message: String
  }

  /// What renamed keys begin with: a private use character, which no key of ours has (Unicode, U+E000).
  private static let mark = "\u{E000}"
  /// More than any honest mistake.
  private static let mostDuplicates = 100

  static func parse(_ bytes: [UInt8]) throws(Flaw) -> [Yams.Node] {
    guard var text = String(validating: bytes, as: UTF8.self) else {
      throw Flaw(line: nil, message: "is not UTF-8 text")
    }
    for attempt in 1...mostDuplicates {
      do {
        let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
        var documents: [Yams.Node] = []
        while let root = try parser.nextRoot() { documents.append(root) }
        return documents
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        guard let renamed = rename(text, line: context.mark.line, column: context.mark.column, attempt) else {
          throw Flaw(
            line: context.mark.line, message: "has the key '\(keys.first ?? "")' twice in one mapping")
        }
        text = renamed
      } catch let error as YamlError {
        throw flaw(error)
      } catch {
        throw Flaw(line: nil, message: "can't be read as YAML: \(error)")
      }
    }
    throw Flaw(line: nil, message: "has too many keys twice")
  }

  /// The key as it was in the file.
  static func originalKey(_ key: String) -> String {
    guard key.hasPrefix(mark) else { return key }
    return String(key.dropFirst().drop { $0.isNumber }.dropFirst(mark.count))
  }

  /// Puts a prefix of its own before the key at a place, line and column counted from 1.
  private static func rename(_ text: String, line: Int, column: Int, _ number: Int) -> String? {
    var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
    guard lines.indices.contains(line - 1) else { return nil }
    var scalars = lines[line - 1].unicodeScalars
    guard var place = scalars.index(scalars.startIndex, offsetBy: column - 1, limitedBy: scalars.endIndex),
      place < scalars.endIndex
    else { return nil }
    if scalars[place] == "\"" || scalars[place] == "'" { place = scalars.index(after: place) }
    scalars.insert(contentsOf: "\(mark)\(number)\(mark)".unicodeScalars, at: place)
    lines[line - 1] = String(scalars)
    return lines.joined(separator: "\n")
  }

  private static func flaw(_ error: YamlError) -> Flaw {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let context = context.map { "\($0.text) that began in line \($0.mark.line): " } ?? ""
      return Flaw(line: mark.line, message: "is not YAML: \(context)\(problem)")
    case .reader(let problem, let offset, _, let yaml):
      let line = offset.map { offset in 1 + yaml.prefix(offset).count(where: \.isNewline) }
      return Flaw(line: line, message: "is not YAML: \(problem)")
    case .duplicatedKeysInMapping, .memory, .no, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      return Flaw(line: nil, message: "can't be read as YAML: \(error)")
    }
  }
}
