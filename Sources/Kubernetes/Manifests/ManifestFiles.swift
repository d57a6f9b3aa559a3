import Glibc

/// The files of the manifest directory, each parsed once per change.
struct ManifestFiles {
  /// What became of one file.
  enum Content {
    case parsed(ParsedManifest)
    /// It can't be read, or is no YAML.
    case failed(Diagnostic)
  }

  struct Scan {
    /// By file name.
    var files: [String: Content]
    /// Nil when the directory could be listed.
    var directoryError: FileError?
    /// Whether every file is there, readable and the same as in the scan before.
    var isUnchanged = false
  }

  let directory: String
  /// How often a file has been parsed: the cost of a change follows the change.
  private(set) var parseCount = 0
  private var states: [String: State] = [:]
  /// Whether the last scan could list the directory and read every file.
  private var wasReadable = false

  private struct State {
    let fingerprint: FileFingerprint
    let isSettled: Bool
    let bytes: ContentHash
    let content: Content
  }

  init(directory: String) { self.directory = directory }

  /// Looks at the directory. A listing that fails leaves what was known of the files.
  mutating func scan() -> Scan {
    let names: [String]
    do throws(FileError) {
      names = try FileSystem.names(in: directory).filter(Self.isManifest)
    } catch {
      wasReadable = false
      return Scan(files: states.mapValues(\.content), directoryError: error)
    }
    let parsedBefore = parseCount
    var files: [String: Content] = [:]
    var next: [String: State] = [:]
    for name in names {
      do throws(FileError) {
        guard let state = try look(at: name) else { continue }
        next[name] = state
        files[name] = state.content
      } catch {
        // Gone since the listing; a link whose target is missing is still there, though.
        if error.isMissing, !FileSystem.exists("\(directory)/\(name)") { continue }
        files[name] = .failed(
          Diagnostic(
            .error, file: name,
            message: "can't be read: \(String(cString: strerror(error.errno))) (errno \(error.errno))"))
      }
    }
    let isReadable = next.count == files.count
    let isUnchanged =
      parseCount == parsedBefore && isReadable && wasReadable && Set(next.keys) == Set(states.keys)
    states = next
    wasReadable = isReadable
    return Scan(files: files, directoryError: nil, isUnchanged: isUnchanged)
  }

  /// "..data" and the like are how a ConfigMap is mounted; other dot files are editors' and package managers'.
  static func isManifest(_ name: String) -> Bool {
    !name.hasPrefix(".") && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
  }

  /// Nil for a directory.
  private mutating func look(at name: String) throws(FileError) -> State? {
    let path = "\(directory)/\(name)"
    let fingerprint = try FileSystem.fingerprint(of: path)
    if fingerprint.isDirectory { return nil }
    if let known = states[name], known.fingerprint == fingerprint, known.isSettled { return known }
    let now = Self.now()
    let file = try FileSystem.read(path)
    let hash = ContentHash(file.bytes)
    let content: Content
    if let known = states[name], known.bytes == hash {
      content = known.content
    } else {
      content = parse(file.bytes, name)
    }
    return State(
      fingerprint: file.fingerprint, isSettled: file.fingerprint.isSettled(at: now), bytes: hash,
      content: content)
  }

  private mutating func parse(_ bytes: [UInt8], _ name: String) -> Content {
    parseCount += 1
    do throws(ManifestSyntaxError) {
      return .parsed(try ManifestParser.parse(bytes, file: name))
    } catch {
      return .failed(Diagnostic(.error, file: name, line: error.line, message: error.message))
    }
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// Tells whether bytes are the same as before.
private struct ContentHash: Hashable {
  let count: Int
  let hash: UInt64

  init(_ bytes: [UInt8]) {
    count = bytes.count
    hash = StableHash.fnv1a(bytes)
  }
}
