import FoundationEssentials
import NIOCore
import Reconciler

/// Tells the cluster what happened, as Events on the Node and on Services.
///
/// `record` never waits: reports go into a bounded queue, and whatever goes wrong with them is only counted and told. An
/// Event is a courtesy; nothing depends on it.
public actor EventRecorder {
  /// Totals since the start.
  public struct Counts: Sendable, Hashable {
    /// Events and their updates that the server took.
    public var sent = 0
    /// Sendings that failed, each attempt.
    public var failed = 0
    /// Reports that never became an Event: a full queue, a limit, or given up.
    public var dropped = 0
  }

  /// Reports that wait for the recorder.
  static let queueLimit = 1000
  /// How often counts and retries are looked at.
  static let tick = Duration.seconds(30)

  private let transport: any APITransport
  private let time: any TimeSource
  private let wallTime: @Sendable () -> Int64
  private let tell: @Sendable (String) -> Void
  private let encoding: EventEncoding
  private nonisolated let queue: EventQueue

  private var series: EventSeries
  private var version = EventEncoding.Version.events
  private var isOff = false
  private var isSending = false
  private var isFailureTold = false
  private var totals = Counts()

  /// - Parameters:
  ///   - transport: The way to the API server.
  ///   - nodeName: This node, reported as the instance.
  ///   - time: For intervals and limits.
  ///   - wallTime: The date, in nanoseconds since 1970.
  ///   - tell: Gets a sentence when sending begins to fail, when it works again, and when it is given up.
  public init(
    _ transport: any APITransport, nodeName: String, time: any TimeSource = SystemTime(),
    wallTime: @escaping @Sendable () -> Int64 = HostAccess.live.now,
    tell: @escaping @Sendable (String) -> Void
  ) {
    self.transport = transport
    self.time = time
    self.wallTime = wallTime
    self.tell = tell
    encoding = EventEncoding(controller: "ipvs-proxy", nodeName: nodeName)
    queue = EventQueue(limit: Self.queueLimit)
    series = EventSeries(now: time.now())
  }

  /// Tells something, some time soon. From anywhere, without waiting.
  public nonisolated func record(_ report: EventReport) { queue.add(report) }

  /// So far.
  public var counts: Counts {
    var counts = totals
    counts.dropped += queue.dropped
    return counts
  }

  /// Sends what is told, until the task is cancelled. To be called once.
  public func run() async {
    await withTaskGroup { group in
      group.addTask {
        for await report in self.queue.reports { await self.take(report) }
      }
      group.addTask { [time] in
        while (try? await time.sleep(until: time.now() + Self.tick)) != nil { await self.flush() }
      }
      await group.waitForAll()
    }
  }

  private func take(_ report: EventReport) async {
    guard !isOff else { return }
    guard series.add(report, now: time.now(), wallTime: wallTime()) else {
      totals.dropped += 1
      return
    }
    await flush()
  }

  /// Sends what is due, one after the other.
  func flush() async {
    guard !isSending else { return }
    isSending = true
    defer { isSending = false }
    var due = series.due(now: time.now())
    while !due.isEmpty, !isOff, !Task.isCancelled {
      for sending in due where !isOff && !Task.isCancelled {
        await send(sending)
      }
      due = series.due(now: time.now())
    }
  }

  private func send(_ sending: EventSeries.Sending) async {
    let (record, isUpdate) =
      switch sending {
      case .create(let record): (record, false)
      case .update(let record): (record, true)
      }
    let outcome: EventSeries.Outcome
    do {
      let request =
        isUpdate ? try encoding.repetition(record, version) : try encoding.creation(record, version)
      outcome = await judge(try await transport.send(request), isUpdate: isUpdate)
    } catch {
      outcome = (error as? TransportError)?.kind == .cancelled ? .failed : failed("\(error)")
    }
    if series.finish(record, outcome, now: time.now()) { totals.dropped += 1 }
  }

  private func judge(_ response: APIResponse, isUpdate: Bool) async -> EventSeries.Outcome {
    let message = await Self.message(response)
    switch response.status {
    case 200..<300, 409:
      // 409: it is there already, so an answer was lost.
      totals.sent += 1
      if isFailureTold { tell("Events can be written again") }
      isFailureTold = false
      return .done
    case 404 where isUpdate: return .gone
    // The group isn't served. (404 is also the answer when the namespace has gone.)
    case 404 where version == .events && !message.contains("namespaces"):
      version = .core
      return .gone
    case 403 where !message.contains("NamespaceTerminating"):
      isOff = true
      totals.failed += 1
      tell(
        "Events are switched off, writing them is forbidden: allow create and patch of events in events.k8s.io "
          + "(the ClusterRole system:node-proxier does) and start again")
      return .rejected
    case 401, 429, 500...: return failed("HTTP status \(response.status) \(message)")
    default:
      _ = failed("HTTP status \(response.status) \(message)")
      return .rejected
    }
  }

  private func failed(_ reason: String) -> EventSeries.Outcome {
    totals.failed += 1
    if !isFailureTold { tell("an Event can't be written (told once until it works again): \(reason)") }
    isFailureTold = true
    return .failed
  }

  /// The beginning of an answer, read so that its connection can be used again.
  private static func message(_ response: APIResponse) async -> String {
    var bytes: [UInt8] = []
    do {
      for try await part in response.body where bytes.count < 4096 { bytes += part.readableBytesView }
    } catch { return "" }
    return String(decoding: bytes.prefix(4096), as: UTF8.self)
  }
}
