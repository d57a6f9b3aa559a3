import Monitoring
import Reconciler

/// The counters of single Services, read from the kernel at most once in a while however often they are asked for: it
/// takes a dump of all virtual servers.
public actor ServiceCountersCache {
  /// How old an answer may be.
  static let lifetime = Duration.seconds(10)

  private let time: any TimeSource
  private let read: @Sendable () async -> [ServiceCounters]
  private var cached: (text: String, expires: Duration)?
  private var reading: Task<String, Never>?

  /// - Parameters:
  ///   - time: tells how old an answer is.
  ///   - read: asks the kernel; empty when it can't be asked.
  public init(time: any TimeSource = SystemTime(), read: @escaping @Sendable () async -> [ServiceCounters]) {
    self.time = time
    self.read = read
  }

  /// For /metrics/services.
  public func text() async -> String {
    if let cached, time.now() < cached.expires { return cached.text }
    if let reading { return await reading.value }
    let task = Task { [read] in ServiceCounters.text(await read()) }
    reading = task
    let text = await task.value
    reading = nil
    cached = (text, time.now() + Self.lifetime)
    return text
  }
}
