/// A YAML 1.1 value as it stands in a text. Aliases are resolved: what they name is shared, not copied.
///
/// Scalars are text here; ``ScalarValue`` gives them a type.
public enum Node: Sendable {
  case scalar(Scalar)
  case sequence(Sequence)
  case mapping(Mapping)

  /// A list.
  public struct Sequence: Sendable {
    public var items: [Node]
    /// Where it begins.
    public let mark: Mark
  }

  /// Where the value begins; for an alias, where what it names begins.
  public var mark: Mark {
    switch self {
    case .scalar(let scalar): scalar.mark
    case .sequence(let sequence): sequence.mark
    case .mapping(let mapping): mapping.mark
    }
  }

  /// A scalar's text, whatever its type; nil for collections.
  public var text: String? {
    if case .scalar(let scalar) = self { scalar.text } else { nil }
  }

  /// Nil for scalars and mappings.
  public var items: [Node]? {
    if case .sequence(let sequence) = self { sequence.items } else { nil }
  }

  /// Nil for scalars and sequences.
  public var mapping: Mapping? {
    if case .mapping(let mapping) = self { mapping } else { nil }
  }

  /// The value of a key; nil without it, and for what is no mapping.
  public subscript(key: String) -> Node? { mapping?[key] }
}

/// A place in a text: both counted from 1, the column in Unicode scalars.
public struct Mark: Sendable, Hashable {
  public let line: Int
  public let column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// Why a text can't be read.
public struct SyntaxError: Error, Hashable {
  /// Nil where no place is to blame.
  public let mark: Mark?
  /// The rest of a sentence that begins with the text's name.
  public let message: String

  init(_ mark: Mark?, _ message: String) {
    self.mark = mark
    self.message = message
  }
}
