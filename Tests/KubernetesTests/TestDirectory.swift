import Glibc
import Testing

@testable import Kubernetes

/// A manifest directory and a state directory that go away with the test.
final class TestDirectory: Sendable {
  let root: String
  var manifests: String { root + "/manifests" }
  var state: String { root + "/state" }

  init() throws {
    var template = Array("/tmp/ipvs-proxy-test-XXXXXX".utf8CString)
    let path = try #require(mkdtemp(&template))
    root = String(cString: path)
    try #require(mkdir(root + "/manifests", 0o755) == 0)
  }

  deinit { Self.removeTree(root) }

  func write(_ text: String, to name: String) throws {
    try write(Array(text.utf8), toPath: "\(manifests)/\(name)")
  }

  /// In place, as an editor may: the product must cope.
  func write(_ bytes: [UInt8], toPath path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  func remove(_ name: String) { unlink("\(manifests)/\(name)") }

  func configuration(
    persist: Bool = true, node: String = "", _ allocation: AllocationConfiguration = .init()
  ) -> ManifestConfiguration {
    ManifestConfiguration(
      directory: manifests, stateDirectory: state, nodeName: node, allocation: allocation, persist: persist,
      quietPeriod: .milliseconds(20))
  }

  func source(
    persist: Bool = true, node: String = "", _ allocation: AllocationConfiguration = .init()
  ) -> ManifestSource {
    ManifestSource(configuration(persist: persist, node: node, allocation))
  }

  static func removeTree(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    for name in (try? FileSystem.names(in: path)) ?? [] { removeTree("\(path)/\(name)") }
    rmdir(path)
  }
}
