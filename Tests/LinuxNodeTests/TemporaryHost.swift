import Glibc
import LinuxNode

/// A directory with the files of a host that a test needs; gone with the value.
final class TemporaryHost: Sendable {
  let root: String
  var files: HostFiles { HostFiles(root: root) }

  init(_ contents: [String: String] = [:]) throws {
    var template = Array("/tmp/ipvs-proxy-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw HostFiles.Failure(path: "/tmp", errno: errno) }
    root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for (path, text) in contents { try put(text, at: path) }
  }

  deinit { Self.remove(root) }

  func put(_ text: String, at path: String) throws {
    makeFolders(above: path)
    let descriptor = open(root + path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw HostFiles.Failure(path: path, errno: errno) }
    close(descriptor)
    try files.write(text, to: path)
  }

  /// A symbolic link, whose target needs not exist.
  func link(_ path: String, to target: String) throws {
    makeFolders(above: path)
    guard symlink(target, root + path) == 0 else { throw HostFiles.Failure(path: path, errno: errno) }
  }

  private func makeFolders(above path: String) {
    let parts = path.split(separator: "/").dropLast()
    for end in parts.indices { mkdir(root + "/" + parts[...end].joined(separator: "/"), 0o755) }
  }

  /// Where a file is asked for, there is a directory: it can't be written, not even by root.
  func block(_ path: String) {
    let parts = path.split(separator: "/")
    for end in parts.indices { mkdir(root + "/" + parts[...end].joined(separator: "/"), 0o755) }
  }

  private static func remove(_ path: String) {
    for name in HostFiles(root: path).names(in: "") { remove("\(path)/\(name)") }
    if rmdir(path) != 0 { unlink(path) }
  }
}
