import Synchronization

/// Every request since the start or the last `clear`, in the order they came.
public final class RequestLog: Sendable {
  private let records = Mutex<[RequestRecord]>([])
  private let bell = Bell()

  init() {}

  public var all: [RequestRecord] { records.withLock { $0 } }

  public func count(
    _ verb: Fault.Verb? = nil, _ resource: Resource? = nil,
    where isWanted: (RequestRecord) -> Bool = { _ in true }
  ) -> Int {
    all.count {
      (verb == nil || $0.verb == verb) && (resource == nil || $0.resource == resource) && isWanted($0)
    }
  }

  /// The Kubernetes Events that clients have sent, new or patched.
  public var events: [Value] { all.filter { $0.path.contains("/events") && !$0.body.isNull }.map(\.body) }

  public func clear() { records.withLock { $0.removeAll() } }

  func append(_ record: RequestRecord) {
    records.withLock { $0.append(record) }
    bell.ring()
  }

  /// Waits until the requests are as wanted.
  ///
  /// - Parameters:
  ///   - limit: how long at most.
  ///   - isWanted: asked at once and after each request.
  /// - Returns: whether it came to that in time.
  public func wait(
    within limit: Duration, until isWanted: @Sendable ([RequestRecord]) -> Bool
  ) async -> Bool {
    await bell.wait(within: limit) { isWanted(all) }
  }
}
