import YAML

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

extension YAML.Node {
  /// Nil for mappings and lists.
  var plain: YAMLScalar? {
    guard case .scalar(let scalar) = self else { return nil }
    return scalar.isPlain ? YAMLScalar(plain: scalar.text) : .string
  }

  /// Null, or nothing at all.
  var isNull: Bool { plain == .null }

  /// What the node is, in words for a message.
  var typeName: String {
    switch self {
    case .mapping: return "a mapping"
    case .sequence: return "a list"
    case .scalar(let scalar):
      let text = scalar.text.count <= 80 ? scalar.text : scalar.text.prefix(77) + "..."
      switch plain {
      case .string: return "the string '\(text)'"
      case .null: return "null"
      default: return text
      }
    }
  }
}
