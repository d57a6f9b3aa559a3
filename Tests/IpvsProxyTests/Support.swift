import FoundationEssentials
import Glibc
import ProxyConfiguration
import Testing

@testable import IpvsProxy

/// The configuration that these flags make.
func configuration(_ arguments: String...) throws -> ProxyConfiguration {
  try ProxyConfiguration.load(arguments: arguments, readFile: { try ConfigFile($0).bytes }).configuration
}

/// A directory of its own, gone with the value.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/ipvs-proxy-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func write(_ text: String, to name: String) throws { try ConfigFile.write(text, to: "\(path)/\(name)") }

  func move(_ source: String, to target: String) throws {
    try #require(rename("\(path)/\(source)", "\(path)/\(target)") == 0)
  }

  func link(_ name: String, to target: String) throws {
    try #require(symlink(target, "\(path)/\(name)") == 0)
  }

  func makeDirectory(_ name: String) throws { try #require(mkdir("\(path)/\(name)", 0o700) == 0) }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
