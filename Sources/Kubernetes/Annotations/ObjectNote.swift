/// Something to tell about an object that is valid all the same: mostly what of it has no effect.
struct ObjectNote: Sendable, Hashable {
  let severity: Diagnostic.Severity
  /// The names that lead to the place, from the object's root.
  let path: [String]
  /// The place as text: "metadata.annotations[ipvs-proxy.io/weight]".
  let field: String
  let message: String

  init(_ severity: Diagnostic.Severity, path: [String], field: String, message: String) {
    self.severity = severity
    self.path = path
    self.field = field
    self.message = message
  }

  init(_ severity: Diagnostic.Severity, annotation name: String, message: String) {
    self.init(
      severity, path: ["metadata", "annotations", name], field: "metadata.annotations[\(name)]",
      message: message)
  }

  func diagnostic(file: String, line: Int?, object: ObjectID) -> Diagnostic {
    Diagnostic(
      severity, file: file, line: line, object: object.description, field: field, message: message)
  }
}

extension ManifestObject {
  /// What is to be told about it: annotations first, by name.
  var notes: [ObjectNote] {
    switch self {
    case .service(let service): misplaced(service.metadata) + service.notes
    case .endpointSlice(let slice): misplaced(slice.metadata) + slice.metadata.weight.notes
    case .pod(let pod): misplaced(pod.metadata) + pod.metadata.weight.notes
    case .node(let node): misplaced(node.metadata)
    }
  }

  /// Annotations of ours that mean nothing here: misspelt, or on the wrong kind of object.
  private func misplaced(_ metadata: ObjectMeta) -> [ObjectNote] {
    metadata.annotations.keys.filter { $0.hasPrefix(AnnotationName.prefix) }.sorted().compactMap { name in
      guard let kinds = AnnotationName.kinds[name] else {
        let known = AnnotationName.kinds.keys.sorted().joined(separator: ", ")
        return ObjectNote(
          .warning, annotation: name, message: "is unknown and has no effect: there are \(known)")
      }
      guard !kinds.contains(id.kind) else { return nil }
      let places = kinds.map(\.rawValue).joined(separator: " or ")
      return ObjectNote(
        .warning, annotation: name, message: "has no effect on a \(id.kind.rawValue): it is for \(places)")
    }
  }
}
