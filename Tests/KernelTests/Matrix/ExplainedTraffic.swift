import Addressing
import Foundation
import Inspection

/// What `explain` says of every check of the table: asked of a process on the lab's node, over its admin socket.
struct ExplainedTraffic: Sendable {
  private let paths: [String: ConnectionPath]

  init(_ lab: Lab, _ checks: [TrafficCheck], flags: [String]) throws {
    let socket = lab.directory.appendingPathComponent("admin.sock").path
    let agent = try lab.start(["--admin-socket", socket] + flags)
    defer {
      agent.signal(SIGTERM)
      agent.waitForExit()
    }
    let isReady = try lab.eventually(120) {
      try Shell.run(["curl", "-s", "--unix-socket", socket, "http://lab/v1/status"])
        .output.contains("\"isHealthy\":true")
    }
    guard isReady else {
      throw CommandFailed(
        command: ["ipvs-proxy"], result: CommandResult(status: -1, output: "", errors: agent.errors))
    }
    // One program and one connection for all of them; each answer is a line.
    let questions = checks.map { "url = \"http://lab/v1/explain?\($0.question)\"\n" }.joined()
    let answers = try Shell.check(
      ["curl", "-s", "--unix-socket", socket, "-w", "\\n", "-K", "-"], input: questions
    ).lines
    paths = try Dictionary(
      zip(checks, answers).compactMap { check, answer in
        try JSONDecoder().decode(Answer<Explanation>.self, from: Data(answer.utf8)).item.connection
          .map { (check.name, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// - Returns: where it says otherwise than the table; nil when they agree.
  func flaw(_ check: TrafficCheck) -> String? {
    guard let path = paths[check.name] else { return "\(check.name): not explained" }
    let isRight =
      switch check.line.outcome {
      case .refused: path.outcome == .refused
      case .dropped: path.outcome == .dropped
      case .answered(let pods, let seen):
        path.outcome == .answered && check.seen(by: pods, seen) == path.seen
      }
    return isRight ? nil : "\(check.name): \(path.outcome.rawValue) \(path.seen): \(path.summary)"
  }
}

extension ConnectionPath {
  /// "10.244.0.1 Own", for each responder.
  fileprivate var seen: Set<String> { Set(responders.map { "\($0.address) \($0.source.rawValue)" }) }
}

extension TrafficCheck {
  /// Who may answer, and whose address each sees, in the words of `explain`.
  fileprivate func seen(by pods: Set<Int>, _ seen: SeenSource) -> Set<String> {
    Set(
      pods.map { pod in
        var source = ConnectionPath.SeenSource.node
        if case .own = seen, pod != line.origin.pod { source = .own }
        return "\(MatrixLab.address(pod, family)) \(source.rawValue)"
      })
  }

  fileprivate var question: String {
    let address = line.service.address(line.reach, family)
    let host = family == .ipv4 ? address : "[\(address)]"
    return "target=\(encoded("\(host):\(line.service.port(line.reach))/\(transport)"))&from=\(encoded(asker))"
  }

  private var asker: String {
    if let pod = line.origin.pod { return MatrixLab.address(pod, family) }
    let addresses = MatrixLab.clientAddresses[family]
    return switch line.origin {
    case .client: addresses?.first ?? ""
    case .secondClient: addresses?.second ?? ""
    default: "node"
    }
  }

  private func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
  }
}
