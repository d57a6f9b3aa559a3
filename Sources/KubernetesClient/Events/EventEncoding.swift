import FoundationEssentials

/// An Event as it stands on the server, or is to.
struct EventRecord: Sendable, Hashable {
  var report: EventReport
  /// metadata.name.
  var name: String
  /// Nanoseconds since 1970, both.
  var firstSeen: Int64
  var lastSeen: Int64
  /// How often it was told, 1 at least.
  var count: Int
}

/// Events as JSON, in one of the two groups that serve them.
struct EventEncoding: Sendable {
  enum Version: Sendable, Hashable {
    /// events.k8s.io/v1, since Kubernetes 1.19.
    case events
    /// v1, always there.
    case core
  }

  /// "ipvs-proxy".
  let controller: String
  let nodeName: String

  func creation(_ record: EventRecord, _ version: Version) throws -> APIRequest {
    let body = version == .events ? try json(eventsBody(record)) : try json(coreBody(record))
    return APIRequest(
      .post, path(record.report.subject, version), contentType: "application/json", body: body)
  }

  /// Sets the count and the last time. JSON Merge Patch (RFC 7396).
  func repetition(_ record: EventRecord, _ version: Version) throws -> APIRequest {
    let body =
      switch version {
      case .events: try json(SeriesPatch(series: series(record)))
      case .core:
        try json(CountPatch(count: record.count, lastTimestamp: Self.seconds(record.lastSeen)))
      }
    return APIRequest(
      .patch, "\(path(record.report.subject, version))/\(record.name)",
      contentType: "application/merge-patch+json", body: body)
  }

  private func path(_ subject: EventReport.Subject, _ version: Version) -> String {
    let root = version == .events ? "/apis/events.k8s.io/v1" : "/api/v1"
    return "\(root)/namespaces/\(subject.eventNamespace)/events"
  }

  private func series(_ record: EventRecord) -> Series? {
    record.count > 1
      ? Series(count: record.count, lastObservedTime: Self.microseconds(record.lastSeen)) : nil
  }

  private func eventsBody(_ record: EventRecord) -> EventsEvent {
    let report = record.report
    return EventsEvent(
      metadata: Metadata(name: record.name, namespace: report.subject.eventNamespace),
      eventTime: Self.microseconds(record.firstSeen), series: series(record), reportingController: controller,
      reportingInstance: Self.cut(nodeName, to: 128), action: report.action, reason: report.reason,
      regarding: Reference(report.subject), note: Self.cut(report.note, to: 1024),
      type: report.severity.rawValue)
  }

  private func coreBody(_ record: EventRecord) -> CoreEvent {
    let report = record.report
    return CoreEvent(
      metadata: Metadata(name: record.name, namespace: report.subject.eventNamespace),
      involvedObject: Reference(report.subject), reason: report.reason,
      message: Self.cut(report.note, to: 1024),
      source: Source(component: controller, host: nodeName), firstTimestamp: Self.seconds(record.firstSeen),
      lastTimestamp: Self.seconds(record.lastSeen), count: record.count, type: report.severity.rawValue)
  }

  private func json(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  /// As many whole characters as fit into so many bytes.
  static func cut(_ text: String, to limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var room = limit
    return String(
      text.prefix {
        room -= $0.utf8.count
        return room >= 0
      })
  }

  /// "2026-05-01T10:00:00Z" (metav1.Time).
  static func seconds(_ nanoseconds: Int64) -> String {
    let seconds = (Double(nanoseconds) / 1e9).rounded(.down)
    return Date(timeIntervalSince1970: seconds).formatted(.iso8601)
  }

  /// "2026-05-01T10:00:00.123456Z" (metav1.MicroTime: exactly six digits).
  static func microseconds(_ nanoseconds: Int64) -> String {
    let fraction = String((nanoseconds % 1_000_000_000) / 1000)
    let digits = String(repeating: "0", count: 6 - fraction.count) + fraction
    return "\(seconds(nanoseconds).dropLast()).\(digits)Z"
  }
}

private struct Metadata: Encodable {
  let name: String
  let namespace: String
}

private struct Reference: Encodable {
  let apiVersion: String
  let kind: String
  let namespace: String?
  let name: String
  let uid: String?

  init(_ subject: EventReport.Subject) {
    apiVersion = subject.apiVersion
    kind = subject.kind
    namespace = subject.namespace.isEmpty ? nil : subject.namespace
    name = subject.name
    uid = subject.uid.isEmpty ? nil : subject.uid
  }
}

private struct Series: Encodable {
  let count: Int
  let lastObservedTime: String
}

private struct SeriesPatch: Encodable {
  let series: Series?
}

private struct CountPatch: Encodable {
  let count: Int
  let lastTimestamp: String
}

private struct EventsEvent: Encodable {
  let apiVersion = "events.k8s.io/v1"
  let kind = "Event"
  let metadata: Metadata
  let eventTime: String
  let series: Series?
  let reportingController: String
  let reportingInstance: String
  let action: String
  let reason: String
  let regarding: Reference
  let note: String
  let type: String
}

private struct Source: Encodable {
  let component: String
  let host: String
}

private struct CoreEvent: Encodable {
  let apiVersion = "v1"
  let kind = "Event"
  let metadata: Metadata
  let involvedObject: Reference
  let reason: String
  let message: String
  let source: Source
  let firstTimestamp: String
  let lastTimestamp: String
  let count: Int
  let type: String
}
