/// The label or field selector of a request: the forms that service proxies use.
struct Selector: Sendable, Hashable {
  enum Requirement: Sendable, Hashable {
    case exists(String)
    case missing(String)
    case equals(String, String)
    case differs(String, String)

    var name: String {
      switch self {
      case .exists(let name), .missing(let name), .equals(let name, _), .differs(let name, _): name
      }
    }
  }

  var requirements: [Requirement] = []

  static let all = Selector()

  /// Reads "!a,b,c=d,e!=f"; nil for other forms.
  init?(_ text: String) {
    for part in text.split(separator: ",").map(String.init) {
      if let range = part.firstRange(of: "!=") {
        requirements.append(.differs(String(part[..<range.lowerBound]), String(part[range.upperBound...])))
      } else if let range = part.firstRange(of: "==") ?? part.firstRange(of: "=") {
        requirements.append(.equals(String(part[..<range.lowerBound]), String(part[range.upperBound...])))
      } else if part.contains(where: { " ()<>".contains($0) }) {
        return nil
      } else if part.hasPrefix("!") {
        requirements.append(.missing(String(part.dropFirst())))
      } else {
        requirements.append(.exists(part))
      }
    }
  }

  private init() {}

  func matches(_ values: [String: String]) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .exists(let name): values[name] != nil
      case .missing(let name): values[name] == nil
      case .equals(let name, let value): values[name] == value
      case .differs(let name, let value): values[name] != value
      }
    }
  }
}

/// Which objects of a resource a request is about.
struct Selection: Sendable, Hashable {
  let resource: Resource
  /// Nil for all namespaces.
  var namespace: String?
  var labels = Selector.all
  var fields = Selector.all

  init(_ resource: Resource) { self.resource = resource }

  /// Whether selectors narrow it down, which hides the number of remaining items.
  var isFiltered: Bool { !labels.requirements.isEmpty || !fields.requirements.isEmpty }

  func matches(_ object: StoredObject?) -> Bool {
    guard let object, object.key.resource == resource else { return false }
    if let namespace, namespace != object.key.namespace { return false }
    return labels.matches(object.labels) && fields.matches(object.fields)
  }
}
