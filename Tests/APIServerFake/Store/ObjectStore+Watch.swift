/// One running watch.
struct Watcher: Sendable {
  /// What a running watch is told, besides the changes.
  enum Signal: Sendable {
    case event(WatchEvent)
    case bookmark(revision: Int64)
    /// An ERROR event, after which the server ends the answer.
    case error(StatusBody)
    /// The connection breaks.
    case cut
  }

  let selection: Selection
  let continuation: AsyncStream<Signal>.Continuation
}

/// What a watch begins with.
struct WatchStart: Sendable {
  let id: Int
  /// The state at `revision`, told as ADDED; empty for a watch from a revision on.
  let initial: [StoredObject]
  /// What has happened since the revision that was asked for.
  let missed: [WatchEvent]
  let revision: Int64
  let signals: AsyncStream<Watcher.Signal>
}

extension ObjectStore {
  enum WatchOrigin: Sendable {
    /// The state now, then what follows.
    case now
    /// What follows this revision, which may be one of the future.
    case revision(Int64)
  }

  /// - Returns: nil if the revision has been compacted away.
  func watch(_ selection: Selection, from origin: WatchOrigin) -> WatchStart? {
    var missed: [WatchEvent] = []
    var initial: [StoredObject] = []
    switch origin {
    case .now: initial = state(selection.resource).filter(selection.matches)
    case .revision(let past):
      guard past >= compactedRevision else { return nil }
      missed = changes(after: past).compactMap { $0.event(for: selection) }
    }
    let (signals, continuation) = AsyncStream.makeStream(of: Watcher.Signal.self)
    nextWatcher += 1
    watchers[nextWatcher] = Watcher(selection: selection, continuation: continuation)
    watchersChanged.ring()
    return WatchStart(
      id: nextWatcher, initial: initial, missed: missed, revision: revision, signals: signals)
  }

  /// The end of a watch, whoever ends it.
  func unwatch(_ id: Int) {
    watchers.removeValue(forKey: id)?.continuation.finish()
    watchersChanged.ring()
  }

  /// How many watches run.
  public func watches(of resource: Resource? = nil) -> Int {
    watchers.values.count { resource == nil || $0.selection.resource == resource }
  }

  /// Waits until so many watches run.
  ///
  /// - Returns: whether it came to that within the limit.
  public nonisolated func waitForWatches(
    _ count: Int, of resource: Resource? = nil, within limit: Duration
  ) async -> Bool {
    await watchersChanged.wait(within: limit) { await self.watches(of: resource) == count }
  }

  private func changes(after past: Int64) -> ArraySlice<Change> {
    let first = history.firstIndex { $0.revision > past }
    return first.map { history[$0...] } ?? []
  }

  func tell(_ change: Change) {
    for watcher in watchers.values {
      guard let event = change.event(for: watcher.selection) else { continue }
      watcher.continuation.yield(.event(event))
    }
  }

  // MARK: - What a server does to running watches

  /// Tells every watch that asked for bookmarks how far the server has come.
  public func sendBookmarks(_ resource: Resource? = nil) {
    signal(.bookmark(revision: revision), resource)
  }

  /// Ends every watch with an ERROR event, as after a compaction that a slow watch has missed.
  public func sendExpired(_ resource: Resource? = nil) {
    signal(.error(.watchExpired(asked: revision, oldest: compactedRevision)), resource)
  }

  /// Breaks the connection of every watch.
  public func cutWatches(_ resource: Resource? = nil) { signal(.cut, resource) }

  /// Ends the answer of every watch in good order, as a server does after timeoutSeconds.
  public func endWatches(_ resource: Resource? = nil) {
    for (id, watcher) in watchers where resource == nil || watcher.selection.resource == resource {
      unwatch(id)
    }
  }

  private func signal(_ signal: Watcher.Signal, _ resource: Resource?) {
    for watcher in watchers.values where resource == nil || watcher.selection.resource == resource {
      watcher.continuation.yield(signal)
    }
  }
}
