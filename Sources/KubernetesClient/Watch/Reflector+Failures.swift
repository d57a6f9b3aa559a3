import KubernetesWire

extension Reflector {
  /// The request came to nothing, or its stream to an end: decides what comes next, and when.
  /// - Parameters:
  ///   - failure: what happened.
  ///   - now: on a clock that only goes forward.
  ///   - jitter: 0..<1.
  mutating func failed(_ failure: ReflectorFailure, at now: Duration, jitter: Double) {
    if let fallback = fallback(for: failure) {
      tell(.fallback(resource.kind, fallback, why: explanation(failure)))
      if phase != .watching { startListing() }
      nextAttempt = now
      return
    }
    lastError = explanation(failure)
    let (delay, tells) = retries.fail(at: now, retryAfter: failure.refusal?.retryAfter, jitter: jitter)
    nextAttempt = now + delay
    let wasWatching = phase == .watching
    revise(after: failure)
    guard tells else { return }
    let why = explanation(failure)
    if wasWatching, phase != .watching {
      tell(.relisting(resource.kind, why: why, in: delay))
    } else if wasWatching, connection?.openedAt != nil {
      tell(.watchBroken(resource.kind, why: why, resumesFrom: version, in: delay))
    } else {
      tell(.unavailable(resource.kind, why: why, failures: retries.failuresInARow, in: delay))
    }
  }

  /// Another way to ask the same server, which is tried at once; each is found out at most once, but for silence.
  private mutating func fallback(for failure: ReflectorFailure) -> SourceFallback? {
    switch failure {
    case .refused(let refusal):
      return fallback(for: refusal)
    case .malformed where connection?.format == .protobuf && !server.wantsJSON:
      server.wantsJSON = true
      return .json
    case .silent where phase == .listing(.streaming, page: nil) && connection?.openedAt != nil:
      skipsStreaming = true
      return .plainList
    case .transport, .endedByServer, .endedEarly, .silent, .malformed:
      return nil
    }
  }

  private mutating func fallback(for refusal: Refusal) -> SourceFallback? {
    if refusal.mayMeanFormat, !server.wantsJSON {
      server.wantsJSON = true
      return .json
    }
    if refusal.namesFieldSelector, resource.isFieldSelectorOptional, !server.refusesFieldSelector {
      server.refusesFieldSelector = true
      return .noFieldSelector
    }
    if refusal.mayMeanStreaming, phase == .listing(.streaming, page: nil) {
      server.refusesStreaming = true
      return .plainList
    }
    return nil
  }

  /// Whether the version seen is still good to resume from.
  private mutating func revise(after failure: ReflectorFailure) {
    let refusal = failure.refusal
    if phase == .listing(.streaming, page: nil), connection?.openedAt != nil {
      brokenStreamingLists += 1
      // Something on the way may cut long streams: a plain list gets through sooner.
      skipsStreaming = brokenStreamingLists >= 2
    }
    if refusal?.isExpired == true {
      expire()
    } else if refusal?.isFutureVersion == true {
      futureVersionAnswers += 1
      // Once may be a server that lags behind the one asked before.
      if futureVersionAnswers >= 2 {
        isVersionUnavailable = true
        startListing()
      }
    } else if phase == .watching, refusal?.isBadRequest == true {
      // The version means nothing to this server: its store was replaced.
      isVersionUnavailable = true
      startListing()
    } else if case .listing(_, let page) = phase, page == nil || refusal?.isBadRequest == true {
      // A page that did not come is asked for again; one that the server doesn't know, with all before it.
      startListing()
    } else if isSilentFromTheStart(failure) {
      startListing()
    }
  }

  private mutating func expire() {
    switch phase {
    case .watching:
      startListing()
    case .listing(.consistent, _?), .listing(.cached, _?):
      // The pages took longer than the store keeps versions.
      phase = .listing(.consistentWhole, page: nil)
    case .listing:
      isVersionUnavailable = true
      startListing()
    }
  }

  /// A server whose store was restored from a backup accepts a watch from a version it has not reached, and then sends
  /// nothing, not even bookmarks (seen on 1.36): only a new list shows that the world is another.
  private func isSilentFromTheStart(_ failure: ReflectorFailure) -> Bool {
    guard case .silent = failure, let connection, connection.openedAt != nil else { return false }
    return phase == .watching && connection.messages == 0 && server.sendsBookmarks
  }

  private func explanation(_ failure: ReflectorFailure) -> String {
    switch failure {
    case .transport(let error): error.description
    case .refused(let refusal), .endedByServer(let refusal): refusal.explanation(resource)
    case .endedEarly: "the server closed the stream early"
    case .silent(let duration): "nothing came for \(duration.components.seconds) s"
    case .malformed(let what): "the answer can't be read: \(what)"
    }
  }
}

extension ReflectorFailure {
  fileprivate var refusal: Refusal? {
    switch self {
    case .refused(let refusal), .endedByServer(let refusal): refusal
    case .transport, .endedEarly, .silent, .malformed: nil
    }
  }
}
