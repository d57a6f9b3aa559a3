import KubernetesWire

extension Reflector {
  /// Takes one message of the answer.
  /// - Parameters:
  ///   - message: what was read, in the order sent.
  ///   - now: on a clock that only goes forward.
  ///   - jitter: 0..<1.
  /// - Returns: whether to read on.
  mutating func take(_ message: AnswerMessage, at now: Duration, jitter: Double) -> Bool {
    connection?.messages += 1
    lastEvent = now
    switch message {
    case .object(let object):
      take(object)
    case .deleted(let object):
      undecodable.remove(object.name)
      if known.remove(object.name) { output.changes.append(.removed(object.name)) }
      advance(to: object.resourceVersion)
    case .undecodable(let object):
      take(object)
    case .bookmark(let version, let endsInitialList):
      return takeBookmark(version, endsInitialList, at: now, jitter: jitter)
    case .error(let status):
      failed(.endedByServer(Refusal(status)), at: now, jitter: jitter)
      return false
    case .listEnd(let version, let page):
      return takeListEnd(version, page, at: now, jitter: jitter)
    }
    return true
  }

  private mutating func take(_ object: DecodedObject) {
    undecodable.remove(object.name)
    if case .listing = phase { listed += 1 }
    if resource.selects(object) {
      if known.update(object.name, version: object.resourceVersion) { output.changes.append(.set(object)) }
    } else if known.remove(object.name) {
      output.changes.append(.removed(object.name))
    }
    advance(to: object.resourceVersion)
  }

  /// Its last good state holds; told once for each reason.
  private mutating func take(_ object: UndecodableObject) {
    if case .listing = phase { listed += 1 }
    known.keep(object.name)
    advance(to: object.resourceVersion ?? "")
    guard undecodable.insert(object, listing: known.listing) else { return }
    tell(
      .undecodable(
        resource.kind, object.name, reason: object.explanation,
        keepsLastGood: object.name.map(known.contains) ?? false))
  }

  /// A list counts only once it is whole: until then its objects' versions are none to resume from.
  private mutating func advance(to version: String) {
    if phase == .watching, !version.isEmpty { self.version = version }
  }

  private mutating func takeBookmark(
    _ version: String, _ endsInitialList: Bool, at now: Duration, jitter: Double
  ) -> Bool {
    server.sendsBookmarks = true
    switch phase {
    case .watching:
      advance(to: version)
      return true
    case .listing(.streaming, _) where endsInitialList:
      return finishListing(version, at: now, jitter: jitter)
    case .listing:
      return true
    }
  }

  private mutating func takeListEnd(_ version: String, _ page: String?, at now: Duration, jitter: Double)
    -> Bool
  {
    guard case .listing(let method, _) = phase else { return true }
    if let page, !page.isEmpty {
      phase = .listing(method, page: page)
      return true
    }
    return finishListing(version, at: now, jitter: jitter)
  }

  private mutating func finishListing(_ version: String, at now: Duration, jitter: Double) -> Bool {
    guard !version.isEmpty, case .listing(let method, _) = phase else {
      failed(.malformed("a list without a resourceVersion"), at: now, jitter: jitter)
      return false
    }
    let gone = known.endListing()
    undecodable.endListing(known.listing)
    output.changes += gone.map(ObjectChange.removed)
    phase = .watching
    self.version = version
    isSynced = true
    isVersionUnavailable = false
    skipsStreaming = false
    brokenStreamingLists = 0
    futureVersionAnswers = 0
    tell(
      .listed(
        resource.kind, objects: listed, removed: gone.count, format: connection?.format ?? .json, method))
    return true
  }
}
