import YAML

/// What a config file says, field by field, before it is given its meaning.
///
/// A file has kube-proxy's document first: kube-proxy reads no further, so that the same file serves both programs. A
/// second document holds what kube-proxy doesn't have.
struct ConfigurationFile {
  /// A field with a value that is not null.
  struct Field {
    let setting: Setting
    let node: YAML.Node
    let line: Int
  }

  static let kubeProxyVersion = "kubeproxy.config.k8s.io/v1alpha1"
  static let kubeProxyKind = "KubeProxyConfiguration"
  static let ownVersion = "ipvs-proxy.io/v1alpha1"
  static let ownKind = "IpvsProxyConfiguration"

  /// As messages name it.
  let path: String
  /// kube-proxy's first.
  private(set) var fields: [Field] = []
  private(set) var notices: [ConfigurationNotice] = []
  private(set) var problems: [ConfigurationError.Problem] = []
  private var owners: [Setting.Owner] = []

  init(_ bytes: [UInt8], path: String) {
    self.path = path
    do throws(YAML.SyntaxError) {
      for document in try YAML.Node.documents(bytes, duplicateKeys: .kept) { read(document) }
      if problems.isEmpty, !owners.contains(.kubeProxy) {
        problems.append(
          .init(
            path, "has no document with kind: \(Self.kubeProxyKind) and apiVersion: \(Self.kubeProxyVersion)")
        )
      }
    } catch {
      problems.append(.init(place(error.mark?.line), error.message))
    }
  }

  /// "config.conf:12", "config.conf:12: ipvs.syncPeriod".
  func place(_ line: Int?, _ key: String? = nil) -> String {
    let place = line.map { "\(path):\($0)" } ?? path
    return key.map { "\(place): \($0)" } ?? place
  }

  private mutating func read(_ document: YAML.Node) {
    guard !document.isNull else { return }
    let line = document.mark.line
    guard case .mapping(let mapping) = document else {
      problems.append(
        .init(place(line), "must be a mapping with apiVersion and kind, not \(document.typeName)"))
      return
    }
    let version = mapping["apiVersion"]?.text ?? ""
    let kind = mapping["kind"]?.text ?? ""
    switch (version, kind) {
    case (Self.kubeProxyVersion, Self.kubeProxyKind): begin(.kubeProxy, mapping, line)
    case (Self.ownVersion, Self.ownKind): begin(.own, mapping, line)
    default:
      problems.append(
        .init(
          place(line),
          "has kind '\(kind)' and apiVersion '\(version)', and must have \(Self.kubeProxyKind) and "
            + "\(Self.kubeProxyVersion), or \(Self.ownKind) and \(Self.ownVersion)"))
    }
  }

  private mutating func begin(_ owner: Setting.Owner, _ mapping: Mapping, _ line: Int) {
    guard !owners.contains(owner) else {
      problems.append(.init(place(line), "is a second document of its kind"))
      return
    }
    if owner == .kubeProxy, !owners.isEmpty {
      notices.append(
        ConfigurationNotice(
          .warning, "\(place(line)) is not the first document: kube-proxy itself would not read it"))
    }
    owners.append(owner)
    var reader = FieldReader(owner)
    reader.read(mapping, at: "")
    fields += reader.fields
    for stray in reader.strays {
      // kube-proxy goes on without what it doesn't know; of a document of ours, nobody but us has an older version.
      if owner == .kubeProxy {
        notices.append(
          ConfigurationNotice(.warning, "\(place(stray.line, stray.key)) \(stray.message); it is left out"))
      } else {
        problems.append(.init(place(stray.line, stray.key), stray.message))
      }
    }
    problems += reader.flaws.map { .init(place($0.line, $0.key), $0.message) }
  }
}
