import Addressing

/// A real server at weight 0 that finishes its connections.
public struct Drain: Hashable, Sendable {
  /// When it was set to weight 0.
  public let since: Duration
  /// When it is removed even if connections are left; nil without bound, while its endpoint is still listed.
  public fileprivate(set) var deadline: Duration?
  /// Whether the kernel has counted no connections of it since it drains.
  fileprivate(set) var isIdle = false
}

/// All real servers that drain, by virtual server.
struct Drains: Sendable {
  private(set) var byVirtualServer: [VirtualServerID: [RealServerID: Drain]] = [:]
  /// When connections are counted next; nil when nothing drains.
  private(set) var nextCheck: Duration?

  private(set) var count = 0
  var ended = DrainEnds()

  var isEmpty: Bool { byVirtualServer.isEmpty }

  subscript(id: VirtualServerID, server: RealServerID) -> Drain? { byVirtualServer[id]?[server] }

  /// Starts a drain or carries it on. While `isListed` there is no bound; it starts when that first turns false.
  /// - Returns: whether the real server is to be removed now.
  mutating func track(
    _ id: VirtualServerID, _ server: RealServerID, isListed: Bool, now: Duration, bound: Duration,
    interval: Duration
  ) -> Bool {
    let running = byVirtualServer[id]?[server]
    if running == nil { count += 1 }
    var drain = running ?? Drain(since: now)
    drain.deadline = isListed ? nil : drain.deadline ?? now + bound
    byVirtualServer[id, default: [:]][server] = drain
    if nextCheck == nil { nextCheck = now + interval }
    return drain.isIdle || drain.deadline.map { $0 <= now } ?? false
  }

  /// Forgets a drain, if there is one: the real server is gone, or serves again.
  mutating func end(
    _ id: VirtualServerID, _ server: RealServerID, _ cause: WritableKeyPath<DrainEnds, Int>
  ) {
    guard byVirtualServer[id]?.removeValue(forKey: server) != nil else { return }
    count -= 1
    ended[keyPath: cause] += 1
    if byVirtualServer[id]?.isEmpty ?? false { byVirtualServer[id] = nil }
    if byVirtualServer.isEmpty { nextCheck = nil }
  }

  mutating func endAll(_ id: VirtualServerID) {
    let servers = byVirtualServer.removeValue(forKey: id)?.count ?? 0
    count -= servers
    ended.removed += servers
    if byVirtualServer.isEmpty { nextCheck = nil }
  }

  /// Takes in what the kernel counted; a virtual server or real server it doesn't have counts as idle.
  /// - Parameters:
  ///   - counts: what was counted.
  ///   - ids: the virtual servers that the kernel was asked about.
  ///   - now: when it was asked.
  ///   - interval: until it is asked again.
  /// - Returns: virtual servers with a drain that has ended.
  mutating func record(
    _ counts: [VirtualServerID: [RealServerID: ConnectionCounts]], of ids: [VirtualServerID], now: Duration,
    interval: Duration
  ) -> [VirtualServerID] {
    var ended: [VirtualServerID] = []
    for id in ids {
      guard let servers = byVirtualServer[id] else { continue }
      var hasEnded = false
      for (server, drain) in servers {
        let isIdle = counts[id]?[server]?.isIdle ?? true
        byVirtualServer[id]?[server]?.isIdle = isIdle
        hasEnded = hasEnded || isIdle || drain.deadline.map { $0 <= now } ?? false
      }
      if hasEnded { ended.append(id) }
    }
    nextCheck = byVirtualServer.isEmpty ? nil : now + interval
    return ended
  }

  /// The next try, when the kernel could not be asked.
  mutating func postpone(now: Duration, interval: Duration) {
    nextCheck = byVirtualServer.isEmpty ? nil : now + interval
  }
}
