extension ProxyConfiguration {
  /// The configuration in force as kube-proxy's /configz has it: an object with one member for each document.
  public var jsonText: String {
    let kubeProxy = FieldTree.document(
      ConfigurationFile.kubeProxyVersion, ConfigurationFile.kubeProxyKind, fields(of: .kubeProxy))
    let own = FieldTree.document(
      ConfigurationFile.ownVersion, ConfigurationFile.ownKind, fields(of: .own))
    return
      "{\"ipvs-proxy.io\":\(JSONText.object(own)),\"kubeproxy.config.k8s.io\":\(JSONText.object(kubeProxy))}"
  }
}

/// Writes a document as JSON (RFC 8259), keys sorted.
private enum JSONText {
  static func object(_ tree: [String: FieldTree]) -> String {
    object(tree.sorted { $0.key < $1.key }.map { ($0.key, value($0.value, named: $0.key)) })
  }

  private static func object(_ members: [(name: String, value: String)]) -> String {
    "{" + members.map { "\(string($0.name)):\($0.value)" }.joined(separator: ",") + "}"
  }

  private static func value(_ tree: FieldTree, named name: String) -> String {
    switch tree {
    case .section(let inner): object(inner)
    case .leaf(.bool(let value)): "\(value)"
    case .leaf(.integer(let value)): "\(value)"
    case .leaf(.number(let number)): SettingValue.number(number).description
    case .leaf(.list(let items)):
      items.isEmpty ? "null" : "[" + items.map(string).joined(separator: ",") + "]"
    case .leaf(.gates(let gates)): object(gates.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") })
    case .leaf(.text(let text)) where name == "vmodule": patterns(text)
    case .leaf(let value): string(value.description)
    }
  }

  private static func patterns(_ text: String) -> String {
    let patterns = text.split(separator: ",").map { part in
      let sides = part.split(separator: "=", maxSplits: 1)
      return object([("filePattern", string(String(sides[0]))), ("verbosity", String(sides.last ?? "0"))])
    }
    return "[" + patterns.joined(separator: ",") + "]"
  }

  private static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
