import FoundationEssentials
import Glibc

/// The objects in force, one file per manifest, in the state directory: what still holds when a manifest breaks.
/// Each is a List as the API writes it, read back by the same decoder as the manifests.
struct LastGoodStore {
  let directory: String
  /// Corrupt or unreadable store files, by manifest name, until they are replaced.
  private(set) var problems: [String: Diagnostic] = [:]
  /// What the files hold, so that nothing is written, or even encoded, when nothing changed.
  private var stored: [String: [ManifestObject]] = [:]

  init(directory: String) { self.directory = directory }

  /// The last good objects by manifest name. What can't be read is reported in `problems`, and missing here.
  mutating func load() -> [String: [ManifestObject]] {
    let names: [String]
    do throws(FileError) {
      names = try FileSystem.names(in: directory).filter { $0.hasSuffix(".json") }
    } catch {
      if !error.isMissing {
        problems[""] = Diagnostic(.error, file: directory, message: "\(error)")
      }
      return [:]
    }
    var result: [String: [ManifestObject]] = [:]
    for name in names {
      let manifest = String(name.dropLast(5))
      let path = "\(directory)/\(name)"
      do throws(FileError) {
        let bytes = try FileSystem.read(path).bytes
        guard let parsed = try? ManifestParser.parse(bytes, file: path), parsed.isWhole,
          !parsed.objects.isEmpty
        else {
          problems[manifest] = Diagnostic(
            .error, file: path, message: "is corrupt: there is no last good version of \(manifest)")
          continue
        }
        result[manifest] = parsed.objects.map(\.object)
      } catch {
        problems[manifest] = Diagnostic(.error, file: path, message: "\(error)")
      }
    }
    stored = result
    return result
  }

  /// Makes the store hold just these. Writes what changed only; goes on after a failure, and reports each.
  /// A corrupt store file is left for whoever wants to look at it until there is something to replace it.
  mutating func save(_ objects: [String: [ManifestObject]], isWhole: Bool) -> [Diagnostic] {
    var failures: [Diagnostic] = []
    for (manifest, objects) in objects.sorted(by: { $0.key < $1.key }) where !objects.isEmpty {
      do throws(FileError) {
        try write(objects, manifest)
        problems[manifest] = nil
      } catch {
        failures.append(Self.diagnostic(error, manifest))
      }
    }
    let known = Set(stored.keys).union(isWhole ? Array(problems.keys) : [])
    for manifest in known.sorted() where !manifest.isEmpty && objects[manifest, default: []].isEmpty {
      do throws(FileError) {
        try FileSystem.remove(path(of: manifest))
        stored[manifest] = nil
        problems[manifest] = nil
      } catch {
        failures.append(Self.diagnostic(error, manifest))
      }
    }
    return failures
  }

  private mutating func write(_ objects: [ManifestObject], _ manifest: String) throws(FileError) {
    guard stored[manifest] != objects else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(StoredList(items: objects)) else {
      throw FileError("encode", path(of: manifest), errno: EINVAL)
    }
    try FileSystem.makeDirectory(directory)
    try FileSystem.writeAtomically(Array(data), to: path(of: manifest))
    stored[manifest] = objects
  }

  private func path(of manifest: String) -> String { "\(directory)/\(manifest).json" }

  private static func diagnostic(_ error: FileError, _ manifest: String) -> Diagnostic {
    Diagnostic(
      .error, file: error.path,
      message: "\(error): the last good version of \(manifest) will not survive a restart")
  }
}

private struct StoredList: Encodable {
  let apiVersion = "v1"
  let kind = "List"
  let items: [ManifestObject]

  private enum CodingKeys: CodingKey { case apiVersion, kind, items }
}
