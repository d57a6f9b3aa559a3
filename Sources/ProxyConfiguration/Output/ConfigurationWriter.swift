extension ProxyConfiguration {
  /// The configuration as a config file: kube-proxy's document with every field, as its own `--write-config-to` writes
  /// it, and a second one if there is anything that kube-proxy doesn't have. Read again, it gives the same configuration
  /// but for what only flags can say.
  public var fileText: String {
    var text = ConfigurationWriter.document(
      ConfigurationFile.kubeProxyVersion, ConfigurationFile.kubeProxyKind, fields(of: .kubeProxy))
    let own = fields(of: .own)
    if !own.isEmpty {
      text +=
        "---\n" + ConfigurationWriter.document(ConfigurationFile.ownVersion, ConfigurationFile.ownKind, own)
    }
    return text
  }

  func fields(of owner: Setting.Owner) -> [(key: String, value: SettingValue)] {
    Settings.all.compactMap { setting in
      guard setting.owner == owner, let key = setting.key else { return nil }
      let value = setting.binding.get(self)
      let isOptional = owner == .own || setting.isOmittedByDefault
      return isOptional && value == setting.defaultValue ? nil : (key, value)
    }
  }
}

/// Writes YAML as Kubernetes does: keys sorted, lists at the indentation of their key.
enum ConfigurationWriter {
  static func document(
    _ version: String, _ kind: String, _ fields: [(key: String, value: SettingValue)]
  ) -> String {
    lines(of: FieldTree.document(version, kind, fields), indentation: "").joined(separator: "\n") + "\n"
  }

  private static func lines(of tree: [String: FieldTree], indentation: String) -> [String] {
    tree.sorted { $0.key < $1.key }.flatMap { name, value in
      switch value {
      case .section(let inner):
        ["\(indentation)\(name):"] + lines(of: inner, indentation: indentation + "  ")
      case .leaf(let value): lines(of: value, name: name, indentation: indentation)
      }
    }
  }

  private static func lines(of value: SettingValue, name: String, indentation: String) -> [String] {
    let head = "\(indentation)\(name):"
    switch value {
    case .list(let items) where items.isEmpty: return [head + " null"]
    case .list(let items): return [head] + items.map { "\(indentation)- \(quoted($0))" }
    case .gates(let gates):
      return [head]
        + gates.sorted { $0.key < $1.key }.map { "\(indentation)  \(quoted($0.key)): \($0.value)" }
    case .text(let text) where name == "vmodule": return [head] + patterns(text, indentation)
    case .text(let text): return ["\(head) \(quoted(text))"]
    case .bool, .integer, .number, .duration: return ["\(head) \(value)"]
    }
  }

  private static func patterns(_ text: String, _ indentation: String) -> [String] {
    text.split(separator: ",").flatMap { part in
      let sides = part.split(separator: "=", maxSplits: 1)
      return [
        "\(indentation)- filePattern: \(quoted(String(sides[0])))",
        "\(indentation)  verbosity: \(sides.last ?? "0")",
      ]
    }
  }

  /// In quotes where YAML would take the text for anything else.
  private static func quoted(_ text: String) -> String {
    let isPlain =
      YAMLScalar(plain: text) == .string
      && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"'#{}[],&*!|>%@`\\".utf8.contains($0) }
      && !text.hasPrefix("-") && !text.hasPrefix("?") && !text.hasPrefix(":") && !text.hasSuffix(":")
      && !text.hasPrefix("=") && !text.hasPrefix("<")
    if isPlain { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          let digits = String(scalar.value, radix: 16)
          result += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
