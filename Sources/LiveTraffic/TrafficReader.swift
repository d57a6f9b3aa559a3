import Inspection
import Reconciler

/// Takes readings one after another. What a reading costs follows what is looked at: one dump of all virtual servers,
/// and the real servers of those whose Services are shown; sorted by active connections, which only real servers count,
/// of all that ever had a connection.
public struct TrafficReader: Sendable {
  private let source: any TrafficSource
  private let namespace: String?
  private let now: @Sendable () -> Duration
  private var previous: TrafficSample?
  private var owners: [VirtualServerID: ServiceKey] = [:]
  /// Virtual servers that nobody knew when names were last asked for; nil before that.
  private var strangers: Set<VirtualServerID>?
  /// Whether anybody knows Services' names.
  public private(set) var hasNames = true

  /// - Parameters:
  ///   - source: of counters and names.
  ///   - namespace: whose Services only; nil for all, and what is no Service's.
  ///   - now: the time of a reading.
  public init(source: any TrafficSource, namespace: String?, now: @escaping @Sendable () -> Duration) {
    self.source = source
    self.namespace = namespace
    self.now = now
  }

  /// Takes a reading.
  /// - Parameters:
  ///   - order: of the result.
  ///   - window: the places in it whose real servers are wanted; nil for all that ever had a connection.
  /// - Returns: a row for each Service, in order; with rates from the second reading on.
  /// - Throws: what the source throws.
  public mutating func read(_ order: TrafficOrder, window: Range<Int>?) async throws -> [ServiceTraffic] {
    let counts = try await source.virtualServers()
    let moment = now()
    try await learnOwners(of: counts)
    let groups = TrafficGroups(counts.keys, owners: owners, namespace: namespace)
    var sample = TrafficSample(moment: moment, virtualServers: counts, realServerMoment: now())
    if order == .active || window == nil {
      sample.realServers = try await source.realServers(of: groups.everUsed(in: counts))
    }
    if let window {
      let rows = order.sorted(groups.rows(sample, after: previous))
      let shown = rows[window.clamped(to: rows.indices)].flatMap { groups.virtualServers(of: $0) }
      let missing = shown.filter { sample.realServers[$0] == nil }
      sample.realServers.merge(try await source.realServers(of: missing)) { $1 }
    }
    defer { previous = sample }
    return order.sorted(groups.rows(sample, after: previous))
  }

  /// Asks for names only when there are virtual servers that haven't been asked for.
  private mutating func learnOwners(of counts: [VirtualServerID: TrafficCounts]) async throws {
    if let strangers, unknown(in: counts).isSubset(of: strangers) { return }
    let found = try await source.owners()
    hasNames = found != nil
    owners = found ?? [:]
    strangers = unknown(in: counts)
  }

  private func unknown(in counts: [VirtualServerID: TrafficCounts]) -> Set<VirtualServerID> {
    Set(counts.keys.filter { owners[$0] == nil })
  }
}
