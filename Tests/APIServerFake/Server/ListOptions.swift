/// The query of a list or watch (metav1.ListOptions), checked as the server of that version does.
struct ListOptions: Sendable {
  enum Match: String, Sendable {
    case exact = "Exact"
    case notOlderThan = "NotOlderThan"
  }

  var selection: Selection
  var isWatch = false
  /// Nil without one; 0 for any.
  var revision: Int64?
  var match: Match?
  var limit: Int?
  var continueToken: ContinueToken?
  var sendsInitialEvents = false
  var allowsBookmarks = false
  var timeoutSeconds: Int64?

  /// - Throws: the answer to a query that the server refuses.
  init(_ target: RequestTarget, resource: Resource, namespace: String?, personality: Personality)
    throws(ListOptionsError)
  {
    selection = Selection(resource)
    selection.namespace = namespace
    isWatch = target.flag("watch")
    allowsBookmarks = target.flag("allowWatchBookmarks")
    sendsInitialEvents = personality.streamingLists != .unknown && target.flag("sendInitialEvents")
    timeoutSeconds = target["timeoutSeconds"].flatMap { Int64($0) }
    limit = target["limit"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    if let text = target["resourceVersion"], !text.isEmpty {
      guard let number = Int64(text), number >= 0 else {
        throw ListOptionsError(.badRequest("Invalid value: \"\(text)\": strconv.ParseUint: invalid syntax"))
      }
      revision = number
    }
    match = target["resourceVersionMatch"].flatMap { Match(rawValue: $0) }
    try readSelectors(target, personality)
    if let text = target["continue"], !text.isEmpty {
      guard let token = ContinueToken(text) else {
        throw ListOptionsError(.badRequest("continue key is not valid: \(text)"))
      }
      continueToken = token
    }
    let problems = isWatch ? watchProblems(target, personality) : listProblems(target)
    if !problems.isEmpty { throw ListOptionsError(.invalidOptions(problems)) }
  }

  private mutating func readSelectors(
    _ target: RequestTarget, _ personality: Personality
  ) throws(ListOptionsError) {
    if let text = target["labelSelector"] {
      guard let selector = Selector(text) else {
        throw ListOptionsError(.badRequest("unable to parse requirement: \(text)"))
      }
      selection.labels = selector
    }
    guard let text = target["fieldSelector"] else { return }
    guard let selector = Selector(text) else {
      throw ListOptionsError(.badRequest("invalid field selector: \(text)"))
    }
    for name in selector.requirements.map(\.name) {
      try check(field: name, personality)
    }
    selection.fields = selector
  }

  /// Kinds with a conversion function of their own say it differently from those without.
  private func check(field: String, _ personality: Personality) throws(ListOptionsError) {
    let metadata = ["metadata.name", "metadata.namespace"]
    switch selection.resource {
    case .services where personality.selectsServicesByField:
      if (metadata + ["spec.clusterIP", "spec.type"]).contains(field) { return }
    case .nodes:
      if ["metadata.name", "spec.unschedulable"].contains(field) { return }
    case .services, .endpointSlices:
      if metadata.contains(field) { return }
      throw ListOptionsError(
        .badRequest(
          "\"\(field)\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""))
    }
    throw ListOptionsError(.badRequest("field label not supported: \(field)"))
  }

  private func watchProblems(
    _ target: RequestTarget, _ personality: Personality
  ) -> [(field: String, message: String)] {
    var problems: [(field: String, message: String)] = []
    if personality.streamingLists == .unknown {
      if match != nil {
        problems.append(("resourceVersionMatch", "resourceVersionMatch is forbidden for watch"))
      }
      if match != nil && revision == nil { problems.append(ListOptions.matchWithoutRevision) }
      return problems
    }
    let hasInitialEvents = target["sendInitialEvents"] != nil
    if hasInitialEvents && match != .notOlderThan {
      problems.append(
        ("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
    }
    if hasInitialEvents && personality.streamingLists == .refused {
      problems.append(
        (
          "sendInitialEvents",
          "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"
        ))
    }
    if match != nil && !hasInitialEvents {
      problems.append(
        (
          "resourceVersionMatch",
          "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
        ))
    }
    return problems
  }

  private static let matchWithoutRevision = (
    field: "resourceVersionMatch",
    message: "resourceVersionMatch is forbidden unless resourceVersion is provided"
  )

  private func listProblems(_ target: RequestTarget) -> [(field: String, message: String)] {
    var problems: [(field: String, message: String)] = []
    if match != nil && revision == nil { problems.append(ListOptions.matchWithoutRevision) }
    if match != nil && continueToken != nil {
      problems.append(
        ("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"))
    }
    if match == .exact && revision == 0 {
      problems.append(
        (
          "resourceVersionMatch",
          "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""
        ))
    }
    if sendsInitialEvents {
      problems.append(("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    }
    return problems
  }
}

struct ListOptionsError: Error {
  let status: StatusBody

  init(_ status: StatusBody) { self.status = status }
}

extension RequestTarget {
  /// As apimachinery reads a boolean: everything but "false" and "0" is true.
  fileprivate func flag(_ name: String) -> Bool {
    guard let value = self[name] else { return false }
    return value != "false" && value != "0"
  }
}
