import Reconciler

/// Where readings and names come from.
public protocol TrafficSource: Sendable {
  /// What every virtual server has carried.
  func virtualServers() async throws -> [VirtualServerID: TrafficCounts]
  /// The real servers of these; one that has gone may be missing.
  func realServers(of ids: [VirtualServerID]) async throws -> [VirtualServerID: [RealServerTraffic]]
  /// The Services that have virtual servers; nil where nobody knows any.
  func owners() async throws -> [VirtualServerID: ServiceKey]?
}
