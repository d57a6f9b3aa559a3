import KubernetesWire

/// Follows one kind of object: which request comes next, and what its answer means. A pure state machine: the runner
/// sends, reads and waits, and tells what happened.
///
/// What is known never shrinks because a server is away or has forgotten: an object goes when the server says that it
/// was deleted, or when a list that ended whole lacks it.
struct Reflector: Sendable {
  enum Phase: Sendable, Hashable {
    case listing(ListMethod, page: String?)
    /// From `version` on.
    case watching
  }

  /// What has been found out about the server; it holds until the process ends.
  struct Server: Sendable {
    var refusesStreaming = false
    var refusesFieldSelector = false
    var wantsJSON = false
    var sendsBookmarks = false
  }

  let resource: WatchedResource
  var phase: Phase
  var server = Server()
  var known = KnownObjects()
  var retries = RetrySchedule()
  /// The last that was seen; empty before the first list is whole.
  var version = ""
  /// The server can't start from `version`: the next list must not ask for it.
  var isVersionUnavailable = false
  /// Streaming did not come to its end: not in the next list.
  var skipsStreaming = false
  /// Streaming lists in a row that broke off midway.
  var brokenStreamingLists = 0
  var futureVersionAnswers = 0
  /// Whether every object has been read once.
  var isSynced = false
  var connection: Connection?
  /// When the next request is due.
  var nextAttempt: Duration
  var output = Output()
  var undecodable = UndecodableObjects()
  var lastEvent: Duration?
  var lastError: String?

  /// The request under way.
  struct Connection: Sendable {
    let request: ReflectorRequest
    var openedAt: Duration?
    var format: WireFormat?
    var messages = 0
  }

  /// What has come up since it was last taken.
  struct Output: Sendable {
    var changes: [ObjectChange] = []
    var events: [SourceEvent] = []
  }

  /// Objects of the list under way, over all its pages.
  var listed = 0

  /// The first request is due up to a second after `now`, by `jitter` (0..<1): a cluster's nodes may start together.
  init(_ resource: WatchedResource, now: Duration, jitter: Double) {
    self.resource = resource
    phase = .listing(.streaming, page: nil)
    nextAttempt = now + .seconds(1) * jitter
  }

  /// The next request, to be sent at `nextAttempt`.
  mutating func begin() -> ReflectorRequest {
    let request: ReflectorRequest
    switch phase {
    case .listing(let method, let page):
      if page == nil {
        known.beginListing()
        listed = 0
      }
      request = .list(method, page: page)
    case .watching:
      request = .watch(from: version)
    }
    connection = Connection(request: request)
    return request
  }

  /// The server has answered 200 and begins to send.
  mutating func opened(_ format: WireFormat, at now: Duration) {
    connection?.openedAt = now
    connection?.format = format
    lastError = nil
    if let outage = retries.succeed(at: now) { tell(.recovered(resource.kind, after: outage)) }
  }

  /// How long silence may last now.
  ///
  /// In a watch, two bookmarks: servers send one about every minute (measured on 1.36: 60 to 80 s), so that a connection
  /// that died without a word is noticed; one that is merely quiet costs a new watch from the same version. Before the
  /// end of a streaming list 10 s, as a server that sends no end may just not know the parameter. Requests wait longer
  /// for an answer to begin: the server may have queued them.
  var longestSilence: Duration {
    switch phase {
    case .watching: .seconds(150)
    case .listing(.streaming, _): connection?.openedAt == nil ? .seconds(60) : .seconds(10)
    case .listing: .seconds(60)
    }
  }

  /// The body has ended as it should.
  mutating func ended(at now: Duration, jitter: Double) {
    guard let connection, connection.request.isStream else {
      // A list: its last message has set what comes next.
      nextAttempt = now
      return
    }
    // Watches end after the time asked for. One that ends at once would be asked for again in a tight loop.
    guard phase == .watching, let openedAt = connection.openedAt, now - openedAt >= .seconds(1) else {
      failed(.endedEarly, at: now, jitter: jitter)
      return
    }
    nextAttempt = now
  }

  mutating func tell(_ event: SourceEvent) { output.events.append(event) }

  /// Takes what has come up.
  mutating func takeOutput() -> Output {
    defer { output = Output() }
    return output
  }

  /// Begins a new list; its first page starts at the next request.
  mutating func startListing() {
    let method: ListMethod
    if !server.refusesStreaming && !skipsStreaming {
      method = .streaming
    } else if isVersionUnavailable {
      method = .consistent
    } else {
      method = version.isEmpty ? .cached : .notOlderThan(version)
    }
    phase = .listing(method, page: nil)
  }

  var status: ResourceStatus {
    ResourceStatus(
      kind: resource.kind, isSynced: isSynced, objects: known.count, resourceVersion: version,
      lastEvent: lastEvent, failuresInARow: retries.failuresInARow, lastError: lastError)
  }
}
