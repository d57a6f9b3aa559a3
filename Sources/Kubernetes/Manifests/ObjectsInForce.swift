/// Which version of each object holds: the manifest's own, or the last good one where that is missing or broken.
///
/// While a file or an object is broken, nothing that was there before goes away: what looks deleted may be what the
/// broken part would have said.
struct ObjectsInForce {
  struct Entry {
    var placed: PlacedObject
    let file: String
    /// Kept from an earlier version of the file.
    let isLastGood: Bool
  }

  /// By file name, then by place in the file; those kept from before follow.
  private(set) var entries: [Entry] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// Whether the directory, every file and every object could be read.
  let isWhole: Bool

  init(_ scan: ManifestFiles.Scan, directory: String, lastGood: [String: [ManifestObject]]) {
    var isWhole = scan.directoryError == nil
    var seen: [ObjectID: (file: String, line: Int)] = [:]
    if let error = scan.directoryError {
      diagnostics.append(
        Diagnostic(
          .error, file: directory,
          message: "\(error): what its manifests said stays in force, until it can be read again"))
    }
    for (file, content) in scan.files.sorted(by: { $0.key < $1.key }) {
      switch content {
      case .failed(let diagnostic):
        isWhole = false
        diagnostics.append(diagnostic)
      case .parsed(let manifest):
        isWhole = isWhole && manifest.isWhole
        diagnostics += manifest.diagnostics
        for placed in manifest.objects {
          let id = placed.object.id
          if let first = seen[id] {
            diagnostics.append(Self.duplicate(id, file, placed.line, first))
          } else {
            seen[id] = (file, placed.line)
            entries.append(Entry(placed: placed, file: file, isLastGood: false))
          }
        }
      }
    }
    self.isWhole = isWhole
    if !isWhole { keepMissing(from: lastGood, seen: Set(seen.keys)) }
  }

  private mutating func keepMissing(from lastGood: [String: [ManifestObject]], seen: Set<ObjectID>) {
    var seen = seen
    for (file, objects) in lastGood.sorted(by: { $0.key < $1.key }) {
      for object in objects where seen.insert(object.id).inserted {
        entries.append(
          Entry(placed: PlacedObject(object: object, line: 0), file: file, isLastGood: true))
        diagnostics += object.notes.map { $0.diagnostic(file: file, line: nil, object: object.id) }
      }
    }
  }

  private static func duplicate(
    _ id: ObjectID, _ file: String, _ line: Int, _ first: (file: String, line: Int)
  ) -> Diagnostic {
    Diagnostic(
      .error, file: file, line: line, object: id.description,
      message: "is there twice: the one in \(first.file):\(first.line) holds")
  }
}
