import Kubernetes
import KubernetesWire

/// Tells what in a valid object has no effect: once, and again only when it changes.
struct ObjectNotes {
  private struct Note: Hashable {
    let severity: Diagnostic.Severity
    let field: String
    let message: String
  }

  /// Of the few objects that have any.
  private var told: [ResourceKind: [ObjectName: [Note]]] = [:]

  mutating func news(in change: ObjectChange, _ kind: ResourceKind) -> [SourceEvent] {
    switch change {
    case .removed(let name):
      told[kind]?[name] = nil
      return []
    case .set(let object):
      let notes = object.manifest.servedNotes.map {
        Note(severity: $0.severity, field: $0.field, message: $0.message)
      }
      let before = told[kind]?[object.name] ?? []
      guard notes != before else { return [] }
      told[kind, default: [:]][object.name] = notes.isEmpty ? nil : notes
      return notes.filter { !before.contains($0) }.map {
        .note(kind, object.name, $0.severity, field: $0.field, message: $0.message)
      }
    }
  }
}

extension DecodedObject {
  fileprivate var manifest: ManifestObject {
    switch object {
    case .service(let service): .service(service)
    case .endpointSlice(let slice): .endpointSlice(slice)
    case .node(let node): .node(node)
    }
  }
}
