import Yams

/// A scalar with its type by YAML 1.1, as Kubernetes reads it. Quotes make a string of anything.
enum YAMLScalar: Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string

  init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": self = .bool(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": self = .bool(false)
    default:
      if let value = FlagValue.integer(text.filter { $0 != "_" }) {
        self = .integer(value)
      } else if Self.looksLikeNumber(text), let value = Double(text) {
        self = .number(value)
      } else {
        self = .string
      }
    }
  }

  /// Double also takes words like "nan", and hexadecimal fractions.
  private static func looksLikeNumber(_ text: String) -> Bool {
    text.contains { $0.isASCII && $0.isNumber } && text.allSatisfy { "0123456789.eE+-".contains($0) }
  }
}

extension Yams.Node {
  /// Nil for mappings and lists.
  var plain: YAMLScalar? {
    guard case .scalar(let scalar) = self else { return nil }
    return scalar.style == .plain ? YAMLScalar(plain: scalar.string) : .string
  }

  /// Null, or nothing at all.
  var isNull: Bool { plain == .null }

  /// What the node is, in words for a message.
  var typeName: String {
    switch self {
    case .mapping: return "a mapping"
    case .sequence: return "a list"
    case .alias: return "an alias"
    case .scalar(let scalar):
      let text = scalar.string.count <= 80 ? scalar.string : scalar.string.prefix(77) + "..."
      switch plain {
      case .string: return "the string '\(text)'"
      case .null: return "null"
      default: return text
      }
    }
  }
}

extension Yams.Node.Mapping {
  /// The value of a key as it stands there; nil without the key, and for no scalar.
  func text(_ key: String) -> String? { self[Yams.Node(key)]?.scalar?.string }
}
