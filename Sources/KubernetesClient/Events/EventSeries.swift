/// What is to be sent of the Events told so far: aggregation, limits and retries. Pure; the time is a parameter.
///
/// The first report of a kind makes an Event at once. Equal ones are counted, and the count is sent when
/// `seriesInterval` has passed since the last time; client-go's recorder does so every 6 minutes too
/// (`tools/events/event_broadcaster.go`, finishTime). After `memory` without a report the next one makes a new Event.
struct EventSeries: Sendable {
  struct Limits: Sendable, Hashable {
    var seriesInterval = Duration.seconds(6 * 60)
    var memory = Duration.seconds(30 * 60)
    var retryInterval = Duration.seconds(30)
    /// Attempts for one Event; client-go gives up after 12 (maxTriesPerEvent).
    var attempts = 12
    /// Different Events remembered at once.
    var records = 1000
    /// New Events about one object: a burst, then one in 5 minutes (client-go's spam filter, core/v1).
    var burstPerObject = 25
    var ratePerObject = 1.0 / 300
    /// New Events over all: a burst, then one in 2 seconds.
    var burst = 50
    var rate = 0.5
  }

  enum Sending: Sendable, Hashable {
    case create(EventRecord)
    case update(EventRecord)
  }

  enum Outcome: Sendable, Hashable {
    case done
    /// May succeed later.
    case failed
    /// The Event isn't on the server any more: they are kept for an hour.
    case gone
    /// Will never succeed.
    case rejected
  }

  private struct Entry: Sendable {
    var record: EventRecord
    var lastReport: Duration
    /// Nil before the Event is on the server.
    var sentCount: Int?
    var nextSending: Duration
    var attempts = 0
  }

  private let limits: Limits
  private var entries: [EventReport: Entry] = [:]
  private var overall: TokenBucket
  private var perObject: [EventReport.Subject: TokenBucket] = [:]
  private var lastName: Int64 = 0

  init(limits: Limits = Limits(), now: Duration) {
    self.limits = limits
    overall = TokenBucket(rate: limits.rate, burst: limits.burst, now: now)
  }

  /// Takes a report in; `wallTime` is in nanoseconds since 1970. Returns whether it counts: if not, a limit dropped it.
  mutating func add(_ report: EventReport, now: Duration, wallTime: Int64) -> Bool {
    if var entry = entries[report] {
      entry.record.count += 1
      entry.record.lastSeen = max(entry.record.lastSeen, wallTime)
      entry.lastReport = now
      entries[report] = entry
      return true
    }
    guard entries.count < limits.records, mayBegin(report.subject, now) else { return false }
    lastName = max(wallTime, lastName + 1)
    let record = EventRecord(
      report: report, name: Self.name(report.subject.name, lastName), firstSeen: wallTime, lastSeen: wallTime,
      count: 1)
    entries[report] = Entry(record: record, lastReport: now, nextSending: now)
    return true
  }

  /// What has to be sent now, oldest first; what has been quiet for long is forgotten.
  mutating func due(now: Duration) -> [Sending] {
    entries = entries.filter { _, entry in
      entry.sentCount != entry.record.count || entry.lastReport + limits.memory > now
    }
    perObject = perObject.filter { _, bucket in
      var bucket = bucket
      return !bucket.isFull(now: now)
    }
    return entries.values
      .filter { $0.nextSending <= now && $0.sentCount != $0.record.count }
      .sorted { ($0.record.firstSeen, $0.record.name) < ($1.record.firstSeen, $1.record.name) }
      .map { $0.sentCount == nil ? .create($0.record) : .update($0.record) }
  }

  /// Notes how a sending went. Returns whether the Event is given up.
  mutating func finish(_ record: EventRecord, _ outcome: Outcome, now: Duration) -> Bool {
    guard var entry = entries[record.report], entry.record.name == record.name else { return false }
    switch outcome {
    case .done:
      entry.sentCount = record.count
      entry.attempts = 0
      entry.nextSending = now + limits.seriesInterval
    case .gone:
      entry.sentCount = nil
      entry.attempts += 1
      entry.nextSending = now
    case .failed:
      entry.attempts += 1
      entry.nextSending = now + limits.retryInterval
    case .rejected: entry.attempts = limits.attempts
    }
    let isGivenUp = entry.attempts >= limits.attempts
    entries[record.report] = isGivenUp ? nil : entry
    return isGivenUp
  }

  private mutating func mayBegin(_ subject: EventReport.Subject, _ now: Duration) -> Bool {
    var bucket =
      perObject[subject]
      ?? TokenBucket(rate: limits.ratePerObject, burst: limits.burstPerObject, now: now)
    defer { perObject[subject] = bucket }
    return bucket.take(now: now) && overall.take(now: now)
  }

  /// "web.18a5c0ffee", as client-go names Events: the object's name and the time in hexadecimal. 253 characters at most.
  static func name(_ object: String, _ nanoseconds: Int64) -> String {
    let suffix = ".\(String(nanoseconds, radix: 16))"
    var stem = Substring(object).prefix(253 - suffix.utf8.count)
    while let last = stem.last, last == "." || last == "-" { stem.removeLast() }
    return "\(stem)\(suffix)"
  }
}
