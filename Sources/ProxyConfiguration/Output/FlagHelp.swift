/// The flags for `--help`, from the table.
public enum FlagHelp {
  private static let column = 38
  private static let width = 110

  /// A heading and its flags for each group, in the order given.
  public static func text(_ groups: [Setting.Group] = Setting.Group.allCases) -> String {
    groups.map { group in
      let flags = Settings.all.filter { $0.group == group && $0.flag != nil }
      return "\(group.rawValue):\n" + flags.flatMap(lines).joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// Names on the left; what they mean on the right, or below where the names are long.
  private static func lines(_ setting: Setting) -> [String] {
    let left = "  " + setting.spelling
    let indentation = String(repeating: " ", count: column)
    let right = wrapped(setting.sentence, to: width - column)
    guard left.count < column else { return [left] + right.map { indentation + $0 } }
    let first = left + String(repeating: " ", count: column - left.count) + (right.first ?? "")
    return [first] + right.dropFirst().map { indentation + $0 }
  }

  private static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    // The default stays with its word.
    for word in text.replacing("(default: ", with: "(default:\u{A0}").split(separator: " ") {
      if let line = lines.last, line.count + 1 + word.count <= width {
        lines[lines.count - 1] = line + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.map { $0.replacing("\u{A0}", with: " ") }
  }
}

extension Setting {
  /// "-v, --v level", "--guards[=false]"; empty without a flag.
  public var spelling: String {
    guard let flag else { return "" }
    var names = ([flag] + aliases).map { "--\($0)" }
    if let shorthand { names.insert("-\(shorthand)", at: 0) }
    let value = valueName ?? type.rawValue
    let ending =
      switch type {
      // One that is on by default is only ever given to switch it off.
      case .bool: defaultValue == .bool(true) ? "[=false]" : ""
      case .version: "[=\(value)]"
      default: " \(value)"
      }
    return names.joined(separator: ", ") + ending
  }

  /// The default where it says anything: not off, nothing or zero.
  var defaultText: String? {
    let value = defaultValue
    return value.isZero || type == .version ? nil : value.description
  }

  /// What it does, its default, and whether it does it.
  public var sentence: String {
    let initial = defaultText.map { " (default: \($0))" } ?? ""
    return switch effect {
    case .inForce: help + initial
    case .none(let reason): "No effect: \(reason)."
    case .deprecated(let replacement): "Deprecated: use \(replacement). \(help)"
    }
  }
}
