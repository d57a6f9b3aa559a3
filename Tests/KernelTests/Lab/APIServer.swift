import Foundation
import Glibc

/// The fake API server in a process of its own, driven over its standard input (`fake-api-server --help`).
final class APIServer {
  /// It has not answered in time, or not as expected.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let kubeconfig: URL
  /// "https://127.0.0.1:40123".
  private(set) var url = ""
  /// The only one it lets in.
  static let token = "kernel-tests"

  private let command: RunningCommand
  private let input = Pipe()
  private let output = Pipe()
  private var unread = ""

  /// Starts it in the lab's node and returns when it listens there, on a port of its own choice.
  init(in lab: Lab) throws {
    kubeconfig = lab.directory.appendingPathComponent("kubeconfig")
    command = try lab.background(
      [
        "ip", "netns", "exec", lab.node, Self.binary, "--tls", "--token", Self.token, "--kubeconfig-out",
        kubeconfig.path,
      ], input: input, output: output)
    let greeting = "listening on "
    let line = try readLine()
    guard line.hasPrefix(greeting) else { throw Failure(description: "\(line)\n\(command.errors)") }
    url = String(line.dropFirst(greeting.count))
  }

  var port: UInt16 { url.split(separator: ":").last.flatMap { UInt16($0) } ?? 0 }

  /// Gives it one command.
  /// - Returns: what it says besides "ok".
  @discardableResult
  func tell(_ command: String) throws -> String {
    try input.fileHandleForWriting.write(contentsOf: Data((command + "\n").utf8))
    let answer = try readLine()
    guard answer.hasPrefix("ok") else { throw Failure(description: "\(command): \(answer)") }
    return String(answer.dropFirst(3))
  }

  func apply(_ objects: String...) throws {
    for object in objects { try tell(#"{"apply": \#(object)}"#) }
  }

  func delete(_ kind: String, _ name: String) throws {
    try tell(#"{"delete": {"kind": "\#(kind)", "metadata": {"name": "\#(name)", "namespace": "default"}}}"#)
  }

  private static var binary: String {
    URL(fileURLWithPath: Lab.binary).deletingLastPathComponent().appendingPathComponent("fake-api-server")
      .path
  }

  private func readLine() throws -> String {
    let descriptor = output.fileHandleForReading.fileDescriptor
    while true {
      if let end = unread.firstIndex(of: "\n") {
        defer { unread = String(unread[unread.index(after: end)...]) }
        return String(unread[..<end])
      }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 60_000) > 0 else { throw Failure(description: "silent\n\(command.errors)") }
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { throw Failure(description: "it has ended\n\(command.errors)") }
      unread += String(decoding: data, as: UTF8.self)
    }
  }
}

extension Lab {
  /// The flags of a node that serves what an API server says.
  func clusterFlags(_ server: APIServer) -> [String] {
    [
      "--kubeconfig", server.kubeconfig.path, "--hostname-override", "node-a", "--cluster-cidr",
      Self.clusterCIDR,
    ]
  }

  /// A running program that serves what an API server says.
  func start(on server: APIServer, _ extra: [String] = []) throws -> RunningCommand {
    try background(command(["--mode", "ipvs", "--admin-socket", ""] + clusterFlags(server) + extra))
  }
}
