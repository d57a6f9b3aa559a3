import Kubernetes
import KubernetesWire

/// Something about the way to the cluster's objects that an operator should know.
public enum SourceEvent: Sendable, Hashable {
  /// All objects of the kind have been read; `removed` have gone since the list before.
  case listed(ResourceKind, objects: Int, removed: Int, format: WireFormat, ListMethod)
  /// The stream of changes ended; it is taken up again where it was.
  case watchBroken(ResourceKind, why: String, resumesFrom: String, in: Duration)
  /// The stream of changes can't be taken up again: everything is read anew.
  case relisting(ResourceKind, why: String, in: Duration)
  /// The server can't be reached or refuses. What is known stays in force. Told at growing intervals; `failures` counts
  /// all since the last answer.
  case unavailable(ResourceKind, why: String, failures: Int, in: Duration)
  case recovered(ResourceKind, after: Duration)
  /// The server can't do what was asked: it is asked in another way.
  case fallback(ResourceKind, SourceFallback, why: String)
  /// `keepsLastGood`: what was known of the object before stays in force; otherwise it is not served.
  case undecodable(ResourceKind, ObjectName?, reason: String, keepsLastGood: Bool)
  /// Something in a valid object has no effect.
  case note(ResourceKind, ObjectName, Diagnostic.Severity, field: String, message: String)
  /// The Services are served without the Node object: no zone, no node addresses. It is still waited for.
  case nodeMissing(name: String, waited: Duration)
}

/// What a reflector does without, because the server refuses it.
public enum SourceFallback: Sendable, Hashable {
  /// Lists are plain lists, not the beginning of a watch.
  case plainList
  /// The server sends headless Services too; they are left out here.
  case noFieldSelector
  /// JSON, not protobuf.
  case json
}

extension SourceEvent {
  public var severity: Diagnostic.Severity {
    switch self {
    case .listed, .recovered, .fallback: .info
    case .watchBroken, .relisting, .nodeMissing: .warning
    case .unavailable, .undecodable: .error
    case .note(_, _, let severity, _, _): severity
    }
  }

  /// "Service default/web" where the event is about one object.
  public var object: String? {
    switch self {
    case .undecodable(let kind, let name?, _, _), .note(let kind, let name, _, _, _):
      "\(kind.name) \(name)"
    case .nodeMissing(let name, _): "Node \(name)"
    default: nil
    }
  }
}

extension SourceEvent: CustomStringConvertible {
  /// A sentence for the log, without the object that `object` names.
  public var description: String {
    switch self {
    case .listed(let kind, let objects, let removed, let format, let method):
      "\(kind.plural): \(objects) read (\(format), \(method)), \(removed) gone since the last list"
    case .watchBroken(let kind, let why, let version, let delay):
      "\(kind.plural): watch broken: \(why); resumed from \(version) in \(delay.inSeconds)"
    case .relisting(let kind, let why, let delay):
      "\(kind.plural): all are read anew in \(delay.inSeconds): \(why)"
    case .unavailable(let kind, let why, let failures, let delay):
      "\(kind.plural): \(why); failures in a row: \(failures), next attempt in \(delay.inSeconds); "
        + "what is in force stays"
    case .recovered(let kind, let outage):
      "\(kind.plural): the API server answers again after \(outage.inSeconds)"
    case .fallback(let kind, let fallback, let why):
      "\(kind.plural): \(fallback): \(why)"
    case .undecodable(let kind, let name, let reason, let keepsLastGood):
      (name == nil ? "\(kind.plural): an object " : "") + "can't be read: \(reason); "
        + (keepsLastGood ? "its last good version stays in force" : "it is not served")
    case .note(_, _, _, let field, let message):
      "\(field): \(message)"
    case .nodeMissing(_, let waited):
      "not found within \(waited.inSeconds): serving without its zone and addresses until it is there"
    }
  }
}

extension SourceFallback: CustomStringConvertible {
  public var description: String {
    switch self {
    case .plainList: "plain list instead of a streaming one"
    case .noFieldSelector: "without field selector"
    case .json: "JSON instead of protobuf"
    }
  }
}

extension Duration {
  /// "0.8 s", "95 s".
  fileprivate var inSeconds: String {
    let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    let tenths = (milliseconds + 50) / 100
    return tenths % 10 == 0 || tenths >= 100 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
