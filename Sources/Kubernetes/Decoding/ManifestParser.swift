import YAML

/// What one manifest file says.
struct ParsedManifest: Sendable {
  /// Valid objects in the order of the file.
  var objects: [PlacedObject] = []
  /// Errors of single objects, warnings about valid ones, and notes about kinds that are not read.
  var diagnostics: [Diagnostic] = []
  /// Whether every object of a kind that is read is valid.
  var isWhole = true
}

struct PlacedObject: Sendable, Hashable {
  var object: ManifestObject
  /// Where it begins, counted from 1.
  var line: Int
}

/// A file that is no YAML at all.
struct ManifestSyntaxError: Error {
  let line: Int?
  let message: String
}

/// Reads YAML and JSON (which is YAML): several documents, lists, and objects of any kind.
struct ManifestParser {
  private let file: String
  private var result = ParsedManifest()
  private var ignoredKinds: Set<String> = []

  /// Reads a file's text; `file` is its name in diagnostics. Invalid objects are reported in the result.
  /// Throws when the text can't be read as YAML.
  static func parse(_ text: [UInt8], file: String) throws(ManifestSyntaxError) -> ParsedManifest {
    var parser = ManifestParser(file: file)
    do throws(YAML.SyntaxError) {
      for document in try YAML.Node.documents(text) { parser.read(Field(document, line: 1), typed: nil) }
    } catch {
      throw ManifestSyntaxError(line: error.mark?.line, message: error.message)
    }
    return parser.result
  }

  private init(file: String) { self.file = file }

  /// Reads one object or list; `typed` is the type of a list's items, which need not repeat it.
  private mutating func read(_ root: Field, typed: ObjectType?) {
    guard root.isPresent else { return }
    do throws(FieldError) {
      let kindField = try root.field("kind")
      let versionField = try root.field("apiVersion")
      let kind = try kindField.text() ?? typed?.kind
      let version = try versionField.text() ?? typed?.apiVersion
      guard let kind else { throw kindField.error("is required") }
      guard let version else { throw versionField.error("is required") }
      try read(root, ObjectType(kind: kind, apiVersion: version), versionField)
    } catch {
      report(error, object: nil)
    }
  }

  private mutating func read(_ root: Field, _ type: ObjectType, _ version: Field) throws(FieldError) {
    if let kind = type.objectKind {
      guard type.apiVersion == kind.apiVersion else {
        report(version.error("\(type.apiVersion) is an unknown version: use \(kind.apiVersion)"), root, kind)
        return
      }
      decode(root, kind)
    } else if type.isList {
      for item in try root.field("items").items() {
        // An item's path starts anew: it is an object like any other.
        read(Field(item.node, line: item.line), typed: type.itemType)
      }
    } else {
      ignore(root, type)
    }
  }

  private mutating func decode(_ root: Field, _ kind: ObjectKind) {
    do throws(FieldError) {
      let object: ManifestObject =
        switch kind {
        case .service: .service(try root.service())
        case .endpointSlice: .endpointSlice(try root.endpointSlice())
        case .pod: .pod(try root.pod())
        case .node: .node(try root.nodeObject())
        }
      result.objects.append(PlacedObject(object: object, line: root.line))
      for note in object.notes {
        result.diagnostics.append(
          note.diagnostic(file: file, line: try root.at(note.path).line, object: object.id))
      }
    } catch {
      report(error, root, kind)
    }
  }

  private mutating func report(_ error: FieldError, _ root: Field, _ kind: ObjectKind) {
    report(error, object: root.objectID(kind)?.description ?? kind.rawValue)
  }

  private mutating func report(_ error: FieldError, object: String?) {
    result.isWhole = false
    result.diagnostics.append(
      Diagnostic(
        .error, file: file, line: error.line, object: object, field: error.path, message: error.message))
  }

  /// One note per kind: a directory of ordinary manifests holds many objects that are not ours.
  private mutating func ignore(_ root: Field, _ type: ObjectType) {
    guard ignoredKinds.insert("\(type.group)/\(type.kind)").inserted else { return }
    let metadata = try? root.field("metadata")
    let name = (try? metadata?.field("name").text()) ?? "?"
    let namespace = (try? metadata?.field("namespace").text()) ?? "default"
    let object = "\(Field.shortened(type.kind)) \(Field.shortened(namespace))/\(Field.shortened(name))"
    result.diagnostics.append(
      Diagnostic(
        .info, file: file, line: root.line,
        message: "\(object) is ignored: only Service, EndpointSlice, Pod and Node are read"))
  }
}

/// kind and apiVersion.
private struct ObjectType {
  let kind: String
  let apiVersion: String

  var group: String {
    guard let slash = apiVersion.firstIndex(of: "/") else { return "" }
    return String(apiVersion[..<slash])
  }

  /// Nil for kinds that are not read. A Service of another group (Knative's) is another kind.
  var objectKind: ObjectKind? { ObjectKind(rawValue: kind).flatMap { $0.group == group ? $0 : nil } }

  var isList: Bool { kind == "List" && group.isEmpty || itemType?.objectKind != nil }

  /// What the items of a typed list are; nil for a plain List, whose items say it themselves.
  var itemType: ObjectType? {
    kind.hasSuffix("List") && kind != "List"
      ? ObjectType(kind: String(kind.dropLast(4)), apiVersion: apiVersion) : nil
  }
}
