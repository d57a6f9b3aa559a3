import YAML

/// Goes through a document of a config file and finds the settings in it.
struct FieldReader {
  struct Stray {
    let key: String
    let line: Int
    /// The rest of the sentence.
    let message: String
  }

  private let settings: [String: Setting]
  /// The paths that have settings below them.
  private let sections: Set<String>
  private(set) var fields: [ConfigurationFile.Field] = []
  /// Fields that there are not, and those that are there twice.
  private(set) var strays: [Stray] = []
  /// Sections that aren't mappings.
  private(set) var flaws: [Stray] = []

  init(_ owner: Setting.Owner) {
    settings = Settings.byKey(owner)
    var sections: Set<String> = []
    for key in settings.keys {
      var path = key[...]
      while let dot = path.lastIndex(of: ".") {
        path = path[..<dot]
        sections.insert(String(path))
      }
    }
    self.sections = sections
  }

  mutating func read(_ mapping: Mapping, at prefix: String) {
    for (pair, isOverridden) in mapping.pairsAndWhetherOverridden {
      let (name, value, line) = (pair.key.text, pair.value, pair.key.mark.line)
      let key = prefix.isEmpty ? name : "\(prefix).\(name)"
      // As in kube-proxy.
      if isOverridden {
        strays.append(
          Stray(key: key, line: line, message: "is there again further down, and the last one counts"))
      } else if prefix.isEmpty, name == "apiVersion" || name == "kind" {
        continue
      } else if let setting = settings[key] {
        if !value.isNull { fields.append(.init(setting: setting, node: value, line: line)) }
      } else if sections.contains(key) {
        readSection(value, key, line)
      } else {
        strays.append(Stray(key: key, line: line, message: "is no field" + suggestion(key)))
      }
    }
  }

  private mutating func readSection(_ value: YAML.Node, _ key: String, _ line: Int) {
    if case .mapping(let section) = value {
      read(section, at: key)
    } else if !value.isNull {
      flaws.append(Stray(key: key, line: line, message: "must be a mapping, not \(value.typeName)"))
    }
  }

  private func suggestion(_ key: String) -> String {
    NearestName.find(key, among: Set(settings.keys).union(sections)).map { " (did you mean \($0)?)" } ?? ""
  }
}
