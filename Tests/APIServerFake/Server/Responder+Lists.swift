import Hummingbird

extension Responder {
  func collection(
    _ resource: Resource, namespace: String?, _ format: Format, _ call: Call
  ) async throws -> Response {
    let options: ListOptions
    do {
      options = try ListOptions(
        call.target, resource: resource, namespace: namespace, personality: settings.personality)
    } catch {
      return refuse(error.status, call)
    }
    return options.isWatch ? await watch(options, format, call) : await list(options, format, call)
  }

  private func list(_ options: ListOptions, _ format: Format, _ call: Call) async -> Response {
    let body: ListBody
    switch await page(options, call) {
    case .success(let page): body = page
    case .failure(let error): return refuse(error.status, call)
    }
    if let short = body.whole(format, upTo: 2048) {
      return Answer.whole(
        200, mediaType: format.mediaType, short, effects: call.effects, connection: call.channel)
    }
    return Answer.stream(mediaType: format.mediaType, effects: call.effects, connection: call.channel) {
      writer in
      var buffer = body.head(format)
      for index in body.items.indices {
        buffer += body.item(at: index, format)
        if buffer.count > Responder.partBytes {
          try await writer.write(buffer)
          buffer.removeAll(keepingCapacity: true)
        }
      }
      try await writer.write(buffer + body.tail(format))
    }
  }

  /// Objects are gathered to parts of about this size.
  static let partBytes = 64 * 1024

  /// The items of a list or one page of it, or why there is none.
  private func page(_ options: ListOptions, _ call: Call) async -> Result<ListBody, ListOptionsError> {
    let current = await store.revision
    let resource = options.selection.resource
    if let asked = options.revision, asked > current {
      return .failure(ListOptionsError(.futureRevision(asked, current: current)))
    }
    var revision = current
    if let token = options.continueToken {
      if token.revision != -1 && call.effects.contains(.expiredContinue) {
        return .failure(ListOptionsError(.continueExpired(token)))
      }
      revision = token.revision == -1 ? current : token.revision
    } else if options.match == .exact, let asked = options.revision {
      revision = asked
    }
    guard let state = await store.state(resource, at: revision) else {
      let status = options.continueToken.map(StatusBody.continueExpired) ?? .listExpired
      return .failure(ListOptionsError(status))
    }
    return .success(ListBody(state.filter(options.selection.matches), options, revision: revision))
  }
}

extension ListBody {
  /// Cuts one page out of all selected objects.
  init(_ objects: [StoredObject], _ options: ListOptions, revision: Int64) {
    var rest = objects[...]
    if let last = options.continueToken?.last { rest = rest.drop { $0.key.path <= last } }
    // A list that any version satisfies comes from the watch cache, which has no pages.
    let limit = options.revision == 0 && options.continueToken == nil ? nil : options.limit
    self.init(
      resource: options.selection.resource, items: Array(rest.prefix(limit ?? rest.count)), revision: revision
    )
    guard let last = items.last, items.count < rest.count else { return }
    continueToken = ContinueToken(revision: revision, last: last.key.path).text
    if !options.selection.isFiltered { remainingItemCount = rest.count - items.count }
  }

  /// The whole body if it has no more bytes than that.
  func whole(_ format: Format, upTo limit: Int) -> [UInt8]? {
    var body = head(format)
    for index in items.indices {
      body += item(at: index, format)
      if body.count > limit { return nil }
    }
    body += tail(format)
    return body.count > limit ? nil : body
  }
}
