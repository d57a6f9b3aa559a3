import Glibc

/// Small files of the host, chiefly those under /proc and /sys.
public struct HostFiles: Sendable {
  /// What stands before every path: empty on the host, a directory of its own in a test.
  public let root: String

  public init(root: String = "") {
    self.root = root
  }

  /// A file that couldn't be read or written.
  public struct Failure: Error, Hashable, Sendable {
    public let path: String
    /// Positive.
    public let errno: Int32

    public init(path: String, errno: Int32) {
      self.path = path
      self.errno = errno
    }
  }

  public func exists(_ path: String) -> Bool { access(root + path, F_OK) == 0 }

  public func read(_ path: String) throws(Failure) -> String {
    let descriptor = open(root + path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(path: path, errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer[..<count]
      } else if count == 0 {
        return String(decoding: bytes, as: UTF8.self)
      } else if errno != EINTR {
        throw Failure(path: path, errno: errno)
      }
    }
  }

  /// The file's lines; none when it can't be read.
  public func lines(_ path: String) -> [Substring] {
    guard let text = try? read(path) else { return [] }
    return text.split(separator: "\n")
  }

  /// Where a symbolic link points to.
  public func target(ofLink path: String) throws(Failure) -> String {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(root + path, &buffer, buffer.count)
    guard count >= 0 else { throw Failure(path: path, errno: errno) }
    return String(decoding: buffer[..<count], as: UTF8.self)
  }

  /// Writes to a file that exists, in one piece as files under /proc/sys ask for.
  public func write(_ text: String, to path: String) throws(Failure) {
    let descriptor = open(root + path, O_WRONLY | O_TRUNC | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(path: path, errno: errno) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw Failure(path: path, errno: errno)
    }
  }

  /// Names in a directory, sorted; none when it can't be read.
  public func names(in path: String) -> [String] {
    guard let directory = opendir(root + path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
