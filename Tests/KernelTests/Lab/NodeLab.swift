import Foundation

/// A node alone in a network namespace: no pods, no traffic, only what the kernel is told.
final class NodeLab {
  let node: String
  let directory: URL
  var manifests: URL { directory.appendingPathComponent("manifests") }

  /// The name is unique among the tests and short; the links are ip(8)'s lines that make the node's interfaces.
  init(_ name: String, links: [String]) throws {
    node = "n-\(name)"
    directory = Shell.temporaryFile()
    try FileManager.default.createDirectory(at: manifests, withIntermediateDirectories: true)
    try Shell.check(["ip", "netns", "add", node])
    // A local routing table must exist before IPVS takes real servers.
    let input = (["link set lo up"] + links).joined(separator: "\n") + "\n"
    try Shell.check(["ip", "-n", node, "-batch", "-"], input: input)
  }

  func close() {
    _ = try? Shell.run(["ip", "netns", "del", node])
    try? FileManager.default.removeItem(at: directory)
  }

  func write(_ name: String, _ text: String) throws {
    try text.write(to: manifests.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  func once(_ flags: [String]) throws -> CommandResult { try run(["--mode", "ipvs", "--once"], flags) }
  func plan(_ flags: [String]) throws -> CommandResult { try run(["plan"], flags) }

  private func run(_ command: [String], _ flags: [String]) throws -> CommandResult {
    try Shell.run(
      ["ip", "netns", "exec", node, Lab.binary] + command + [
        "--manifests", manifests.path, "--state-dir", directory.appendingPathComponent("state").path,
      ] + flags)
  }

  @discardableResult
  func exec(_ command: [String]) throws -> CommandResult {
    try NamespaceThread.run(node) { try Shell.check(command) }
  }

  func boundAddresses() throws -> [String] { try Lab.boundAddresses(in: node) }
}
