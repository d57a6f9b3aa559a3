import Foundation
import Testing

/// One recorded folder: a node, its configuration, and one or more steps of objects with what kube-proxy made of them.
struct ConformanceScenario: Sendable, CustomTestStringConvertible {
  struct Step: Sendable {
    /// "1", "2" …; empty where the scenario has a single one.
    let name: String
    let folder: URL

    func text(_ file: String) throws -> String {
      try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    }

    func lines(_ file: String) throws -> [String] {
      try text("expected/\(file)").split(separator: "\n").map(String.init)
    }
  }

  let folder: URL
  var name: String { folder.lastPathComponent }
  var testDescription: String { name }

  /// Every folder of the recording, by name. Empty when the resources are missing: `theRecordingIsWhole` tells.
  static let all: [ConformanceScenario] = {
    let folder = Bundle.module.resourceURL?.appendingPathComponent("Conformance")
    return (folder.map(subfolders) ?? []).map(ConformanceScenario.init)
  }()

  var steps: [Step] {
    let numbered = Self.subfolders(of: folder).filter { Int($0.lastPathComponent) != nil }
    guard !numbered.isEmpty else { return [Step(name: "", folder: folder)] }
    return numbered.map { Step(name: $0.lastPathComponent, folder: $0) }
  }

  /// ip(8)'s lines that make the node of node.txt. States are left out: every link is up, and one without carrier
  /// shows DOWN in the recording.
  func nodeLinks() throws -> [String] {
    let text = try String(contentsOf: folder.appendingPathComponent("node.txt"), encoding: .utf8)
    return text.split(separator: "\n").flatMap { line -> [String] in
      let words = line.split(separator: " ").map(String.init)
      guard let name = words.first else { return [] }
      let addresses = words.dropFirst(2).map { address in
        "addr add \(address) dev \(name)" + (address.contains(":") ? " nodad" : "")
      }
      return ["link add \(name) type \(name.hasPrefix("cni") ? "bridge" : "dummy")"] + addresses
        + ["link set \(name) up"]
    }
  }

  func flags() throws -> [String] {
    try KubeProxyFlags.flags(
      String(contentsOf: folder.appendingPathComponent("config.yaml"), encoding: .utf8))
  }

  private static func subfolders(of folder: URL) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
      .map { folder.appendingPathComponent($0) }
      .filter { (try? $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false }
  }
}
