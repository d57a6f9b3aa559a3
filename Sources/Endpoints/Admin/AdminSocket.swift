import Glibc
import Reconciler

/// A Unix socket that can't be listened on, with what to do.
public struct AdminSocketError: Error, Hashable, Sendable, CustomStringConvertible {
  public let path: String
  public let message: String

  init(_ path: String, _ message: String) {
    self.path = path
    self.message = message
  }

  init(_ path: String, errno number: Int32) {
    self.init(path, Errno.name(number))
  }

  public var description: String { "admin socket \(path): \(message)" }
}

/// The file of the admin socket.
struct AdminSocket: Sendable {
  let path: String

  /// Makes the folder where it is missing, and takes away a socket that a process has left behind.
  /// - Throws: when something else is there, or a process that listens.
  func makeRoom() throws(AdminSocketError) {
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      let folder = String(path[..<slash])
      if mkdir(folder, 0o700) != 0, errno != EEXIST { throw AdminSocketError(path, errno: errno) }
    }
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw AdminSocketError(path, "there is a file that is no socket; take it away, or choose another path")
    }
    guard !hasListener() else {
      throw AdminSocketError(
        path, "another process listens there; give this one a path of its own with --admin-socket")
    }
    if unlink(path) != 0 { throw AdminSocketError(path, errno: errno) }
  }

  /// For root only.
  func restrict() throws(AdminSocketError) {
    if chmod(path, 0o600) != 0 { throw AdminSocketError(path, errno: errno) }
  }

  func remove() { unlink(path) }

  private func hasListener() -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) == 0 }
    }
  }
}
