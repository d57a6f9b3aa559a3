import Testing
import YAML

func documents(_ text: String, duplicateKeys: DuplicateKeys = .refused) throws -> [Node] {
  try Node.documents(Array(text.utf8), duplicateKeys: duplicateKeys)
}

/// The only document of a text.
func document(_ text: String) throws -> Node {
  let documents = try documents(text)
  return try #require(documents.count == 1 ? documents.first : nil)
}

/// Why a text is refused; nil where it is read.
func refusal(_ text: String) -> SyntaxError? {
  do throws(SyntaxError) {
    _ = try Node.documents(Array(text.utf8))
    return nil
  } catch { return error }
}

/// `{a: [1, "b"]}`: a value in one line, quotes where it is not plain.
func line(_ node: Node) -> String {
  switch node {
  case .scalar(let scalar): scalar.isPlain ? scalar.text : "\"\(scalar.text)\""
  case .sequence(let sequence): "[" + sequence.items.map(line).joined(separator: ", ") + "]"
  case .mapping(let mapping):
    "{" + mapping.pairs.map { "\($0.key.text): \(line($0.value))" }.joined(separator: ", ") + "}"
  }
}
