import Glibc

/// The few file operations of the manifest source, with their errors.
enum FileSystem {
  /// Larger than any sensible manifest, small enough not to exhaust a node.
  static let maximumFileSize = 64 << 20

  /// Names in a directory, sorted by bytes; "." and ".." left out.
  static func names(in path: String) throws(FileError) -> [String] {
    guard let directory = opendir(path) else { throw FileError("list", path) }
    defer { closedir(directory) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(directory) else {
        guard errno == 0 else { throw FileError("list", path) }
        return names.sorted()
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
  }

  /// Whether there is anything at the path, be it a link to nowhere.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Symbolic links are followed.
  static func fingerprint(of path: String) throws(FileError) -> FileFingerprint {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError("read", path) }
    return FileFingerprint(status)
  }

  static func read(_ path: String) throws(FileError) -> (bytes: [UInt8], fingerprint: FileFingerprint) {
    // Without O_NONBLOCK, a FIFO in the directory would hang the reader.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError("read", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError("read", path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileError("read", path, errno: EINVAL) }
    guard status.st_size <= maximumFileSize else { throw FileError("read", path, errno: EFBIG) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError("read", path) }
      if count == 0 { return (bytes, FileFingerprint(status)) }
      bytes += chunk.prefix(count)
      guard bytes.count <= maximumFileSize else { throw FileError("read", path, errno: EFBIG) }
    }
  }

  /// Replaces a file as a whole: readers and a crash see the old content or the new one, never a part.
  static func writeAtomically(_ bytes: [UInt8], to path: String) throws(FileError) {
    let temporary = path + ".tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw FileError("write", temporary) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw abandoned(FileError("write", temporary), descriptor, temporary) }
      written += count
    }
    guard fsync(descriptor) == 0 else {
      throw abandoned(FileError("write", temporary), descriptor, temporary)
    }
    guard close(descriptor) == 0 else { throw FileError("write", temporary) }
    guard rename(temporary, path) == 0 else { throw FileError("rename", temporary) }
    syncDirectory(of: path)
  }

  static func remove(_ path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw FileError("remove", path) }
    syncDirectory(of: path)
  }

  /// Makes a directory and those above it; for root only, as Service addresses are nobody else's to write.
  static func makeDirectory(_ path: String) throws(FileError) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw FileError("make the directory", path)
    }
    try makeDirectory(String(path[..<slash]))
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileError("make the directory", path) }
  }

  private static func abandoned(_ error: FileError, _ descriptor: Int32, _ temporary: String) -> FileError {
    close(descriptor)
    unlink(temporary)
    return error
  }

  /// Makes a rename last. Not every file system can; the content is safe without it.
  private static func syncDirectory(of path: String) {
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }
}

/// Tells whether a file may have changed, without reading it.
struct FileFingerprint: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64
  let size: Int64
  /// Nanoseconds since 1970: the later of modification and inode change.
  let changedAt: Int64
  let isRegularFile: Bool
  let isDirectory: Bool

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    let times = [status.st_mtim, status.st_ctim].map {
      Int64($0.tv_sec) &* 1_000_000_000 &+ Int64($0.tv_nsec)
    }
    changedAt = max(times[0], times[1])
    isRegularFile = status.st_mode & S_IFMT == S_IFREG
    isDirectory = status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether a later write would surely show. The file system's clock is coarse: a write in the same tick as the read,
  /// of the same size, leaves the fingerprint as it is.
  func isSettled(at now: Int64) -> Bool { now - changedAt > 1_000_000_000 }
}
