import Glibc

/// A file operation that failed.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// "read", "write", "list", …
  public let operation: String
  public let path: String
  /// See errno(3).
  public let errno: Int32

  init(_ operation: String, _ path: String, errno code: Int32 = Glibc.errno) {
    self.operation = operation
    self.path = path
    errno = code
  }

  var isMissing: Bool { errno == ENOENT }

  public var description: String {
    "can't \(operation) \(path): \(String(cString: strerror(errno))) (errno \(errno))"
  }
}
