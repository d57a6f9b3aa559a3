import Kubernetes
import KubernetesWire

@testable import KubernetesClient

/// An API server in memory, with its history: what a request would bring. Answers in messages, not bytes.
struct ModelServer {
  struct Event {
    let version: Int
    let name: String
    /// Nil for a deletion.
    let object: DecodedObject?
  }

  enum Answer {
    case messages([AnswerMessage])
    case refusal(Refusal)
  }

  private(set) var version = 100
  private(set) var history: [Event] = []
  private var compacted = 100
  var refusesStreaming = false
  var pageSize = 3

  /// Creates, changes or deletes one of a dozen objects.
  mutating func mutate<Generator: RandomNumberGenerator>(_ random: inout Generator) {
    version += Int.random(in: 1...3, using: &random)
    let name = "s\(Int.random(in: 0..<12, using: &random))"
    if state(at: version)[name] != nil, Bool.random(using: &random) {
      history.append(Event(version: version, name: name, object: nil))
    } else {
      history.append(Event(version: version, name: name, object: WatchSamples.service(name, "\(version)")))
    }
  }

  /// Forgets the history up to now: versions before can't be started from.
  mutating func compact() { compacted = version }

  func state(at version: Int) -> [String: DecodedObject] {
    var state: [String: DecodedObject] = [:]
    for event in history where event.version <= version { state[event.name] = event.object }
    return state
  }

  func deletions(of name: String, after version: Int) -> Bool {
    history.contains { $0.name == name && $0.object == nil && $0.version > version }
  }

  /// `lag` is how many versions the server's cache is behind.
  func answer(_ request: ReflectorRequest, lag: Int) -> Answer {
    switch request {
    case .list(.streaming, _):
      if refusesStreaming { return .refusal(Refusal(code: 422, message: "sendInitialEvents is forbidden")) }
      return .messages(
        items(at: version) + [.bookmark(version: "\(version)", endsInitialList: true)])
    case .watch(let from):
      return watch(from: Int(from) ?? 0)
    case .list(.cached, nil):
      let seen = max(100, version - lag)
      return .messages(items(at: seen) + [.listEnd(version: "\(seen)", continue: nil)])
    case .list(.notOlderThan(let least), nil):
      guard let least = Int(least), least <= version else { return Self.future }
      return .messages(items(at: version) + [.listEnd(version: "\(version)", continue: nil)])
    case .list(.consistentWhole, nil):
      return .messages(items(at: version) + [.listEnd(version: "\(version)", continue: nil)])
    case .list(_, let page):
      return self.page(page)
    }
  }

  private static let future = Answer.refusal(Refusal(code: 504, isFutureVersion: true))

  private func items(at version: Int) -> [AnswerMessage] {
    state(at: version).sorted { $0.key < $1.key }.map { .object($0.value) }
  }

  private func watch(from: Int) -> Answer {
    if from < compacted {
      return version % 2 == 0
        ? .refusal(Refusal(code: 410, message: "too old resource version"))
        : .messages([.error(WatchSamples.status(410, "too old resource version"))])
    }
    let events = history.filter { $0.version > from }.map { event -> AnswerMessage in
      event.object.map { .object($0) }
        ?? .deleted(WatchSamples.version(event.name, "\(event.version)"))
    }
    return .messages(events + [.bookmark(version: "\(max(from, version))", endsInitialList: false)])
  }

  /// Tokens are "version/offset".
  private func page(_ token: String?) -> Answer {
    let parts = (token ?? "\(version)/0").split(separator: "/").compactMap { Int($0) }
    guard parts.count == 2, parts[0] >= compacted || token == nil else {
      return .refusal(Refusal(code: 410, message: "The provided continue parameter is too old"))
    }
    let all = items(at: parts[0])
    let end = min(parts[1] + pageSize, all.count)
    let next = end < all.count ? "\(parts[0])/\(end)" : nil
    return .messages(all[parts[1]..<end] + [.listEnd(version: "\(parts[0])", continue: next)])
  }
}
