import Hummingbird
import NIOCore

extension Responder {
  func watch(_ options: ListOptions, _ format: Format, _ call: Call) async -> Response {
    let asked = options.revision ?? 0
    let current = await store.revision
    if options.sendsInitialEvents && asked > current {
      return refuse(.futureRevision(asked, current: current), call)
    }
    let isFromNow = options.sendsInitialEvents || asked == 0
    let start =
      call.effects.contains(.expired)
      ? nil : await store.watch(options.selection, from: isFromNow ? .now : .revision(asked))
    guard let start else {
      let status = StatusBody.watchExpired(asked: asked, oldest: await store.compactedRevision)
      return stream(format, call) { writer in try await writer.write(format.errorEvent(status)) }
    }
    end(start, with: call.channel, after: options.timeoutSeconds)
    return stream(format, call) { writer in
      do {
        try await run(start, options, asked: isFromNow ? 0 : asked, format, &writer)
        await store.unwatch(start.id)
      } catch {
        await store.unwatch(start.id)
        throw error
      }
    }
  }

  private func stream(
    _ format: Format, _ call: Call, _ write: @escaping @Sendable (inout BodyWriter) async throws -> Void
  ) -> Response {
    Answer.stream(
      mediaType: format.watchMediaType, effects: call.effects, connection: call.channel, write)
  }

  /// Ends the watch with its connection, and after the time that the client gave it.
  private func end(_ start: WatchStart, with channel: any Channel, after seconds: Int64?) {
    let store = store
    let unwatch: @Sendable () -> Void = { Task { await store.unwatch(start.id) } }
    let timer = seconds.map { channel.eventLoop.scheduleTask(in: .seconds($0), unwatch) }
    channel.closeFuture.whenComplete { _ in
      timer?.cancel()
      unwatch()
    }
  }

  private func run(
    _ start: WatchStart, _ options: ListOptions, asked: Int64, _ format: Format, _ writer: inout BodyWriter
  ) async throws {
    var buffer: [UInt8] = []
    for object in start.initial {
      buffer += format.encode(WatchEvent(.added, object))
      if buffer.count > Responder.partBytes {
        try await writer.write(buffer)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    for event in start.missed { buffer += format.encode(event) }
    if options.sendsInitialEvents && options.allowsBookmarks {
      buffer += bookmark(start.revision, endsInitialEvents: true, options, format)
    }
    try await writer.write(buffer)
    for await signal in start.signals {
      switch signal {
      case .event(let event):
        // A watch from a revision of the future is told only what comes after it.
        if event.object.revision > asked { try await writer.write(format.encode(event)) }
      case .bookmark(let revision):
        guard options.allowsBookmarks && settings.personality.sendsBookmarks && revision >= asked else {
          continue
        }
        try await writer.write(bookmark(revision, endsInitialEvents: false, options, format))
      case .error(let status): return try await writer.write(format.errorEvent(status))
      case .cut: throw ConnectionCut()
      }
    }
  }

  private func bookmark(
    _ revision: Int64, endsInitialEvents: Bool, _ options: ListOptions, _ format: Format
  ) -> [UInt8] {
    format.bookmark(
      options.selection.resource, revision: revision, endsInitialEvents: endsInitialEvents,
      personality: settings.personality)
  }
}
