/// Something to tell about a manifest: what failed, where, and for which object.
public struct Diagnostic: Error, Sendable, Hashable {
  public enum Severity: String, Sendable, Hashable {
    /// Something of the source can't be used: an older version of it stays in force, and nothing is removed.
    case error
    /// A value that can't be used leaves its default in force; the rest of the object holds.
    case warning
    case info
  }

  public var severity: Severity
  /// A file name in the manifest directory, or the path of a directory or state file.
  public var file: String
  /// Counted from 1.
  public var line: Int?
  /// "Service default/web".
  public var object: String?
  /// "spec.ports[1].port".
  public var field: String?
  public var message: String

  public init(
    _ severity: Severity, file: String, line: Int? = nil, object: String? = nil, field: String? = nil,
    message: String
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.object = object
    self.field = field
    self.message = message
  }
}

extension Diagnostic: CustomStringConvertible {
  /// "web.yaml:14: Service default/web: spec.ports[1].port: 70000 is not a port (1-65535)".
  public var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return [place, object, field, message].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
  }
}

/// Remembers what has been told, so that each problem is reported once and its end once too.
struct DiagnosticLog {
  private var known: Set<Diagnostic> = []

  /// What is new or changed since the last call, in order; then errors and warnings that are gone, as information.
  mutating func news(in current: [Diagnostic]) -> [Diagnostic] {
    let now = Set(current)
    var seen = known
    let fresh = current.filter { seen.insert($0).inserted }
    let places = Set(current.lazy.filter { $0.severity != .info }.map(Place.init))
    let resolved = known.filter { $0.severity != .info && !places.contains(Place($0)) }
      .sorted { ($0.file, $0.line ?? 0, $0.message) < ($1.file, $1.line ?? 0, $1.message) }
      .map {
        Diagnostic(
          .info, file: $0.file, object: $0.object, field: $0.field, message: "no longer: \($0.message)")
      }
    known = now
    return fresh + resolved
  }

  /// The line may move and the message may change without the problem being gone.
  private struct Place: Hashable {
    let file: String
    let object: String?
    let field: String?

    init(_ diagnostic: Diagnostic) {
      file = diagnostic.file
      object = diagnostic.object
      field = diagnostic.field
    }
  }
}
