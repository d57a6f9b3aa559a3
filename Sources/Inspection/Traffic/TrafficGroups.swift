import Addressing
import Reconciler

/// Which virtual servers make up a row: those of a Service, or one that is no Service's.
public struct TrafficGroups: Sendable {
  /// Who a row is about, as its texts say it.
  private struct Key: Hashable {
    let namespace: String
    let name: String
  }

  private let groups: [Key: [VirtualServerID]]

  /// - Parameters:
  ///   - ids: all that the kernel has.
  ///   - owners: the Services that have them, as far as is known.
  ///   - namespace: whose Services only; nil for all, and what is no Service's.
  public init(
    _ ids: some Sequence<VirtualServerID>, owners: [VirtualServerID: ServiceKey], namespace: String? = nil
  ) {
    var groups: [Key: [VirtualServerID]] = [:]
    for id in ids {
      if let owner = owners[id] {
        guard namespace.map({ $0 == owner.namespace }) ?? true else { continue }
        groups[Key(namespace: owner.namespace, name: owner.name), default: []].append(id)
      } else if namespace == nil {
        groups[Key(namespace: "", name: id.description)] = [id]
      }
    }
    self.groups = groups.mapValues { $0.sorted() }
  }

  /// In order; none for a row of other groups.
  public func virtualServers(of row: ServiceTraffic) -> [VirtualServerID] {
    groups[Key(namespace: row.namespace, name: row.name)] ?? []
  }

  /// Those that may have connections open: that ever had one.
  public func everUsed(in counts: [VirtualServerID: TrafficCounts]) -> [VirtualServerID] {
    groups.values.flatMap { $0 }.filter { counts[$0].map { $0.connections > 0 } ?? false }
  }

  /// One row for each, in no order.
  /// - Parameters:
  ///   - sample: what the kernel says.
  ///   - previous: what it said before, for rates; nil when this is the first time.
  /// - Returns: the rows. A virtual server, and a real server of one that was read both times or had no connection the
  ///   first time, that is new has counted from zero since.
  public func rows(_ sample: TrafficSample, after previous: TrafficSample?) -> [ServiceTraffic] {
    let readings = Readings(now: sample, before: previous)
    return groups.map { key, ids in
      var row = ServiceTraffic(
        namespace: key.namespace, name: key.name, virtualServers: ids.map(\.description))
      row.rates = readings.rates(of: ids)
      if let servers = readings.servers(of: ids) {
        row.realServers = servers
        row.activeConnections = servers.reduce(0) { $0 + $1.activeConnections }
        row.inactiveConnections = servers.reduce(0) { $0 + $1.inactiveConnections }
        row.drainingRealServers = servers.count { $0.isDraining }
      } else if readings.areUnused(ids) {
        (row.activeConnections, row.inactiveConnections) = (0, 0)
      }
      return row
    }
  }
}

/// Two readings, or one.
private struct Readings {
  let now: TrafficSample
  let before: TrafficSample?

  /// Nil unless time has passed.
  private func seconds(since moment: KeyPath<TrafficSample, Duration>) -> Double? {
    before.map { (now[keyPath: moment] - $0[keyPath: moment]) / .seconds(1) }.flatMap { $0 > 0 ? $0 : nil }
  }

  func rates(of ids: [VirtualServerID]) -> TrafficRates? {
    guard let before, let seconds = seconds(since: \.moment) else { return nil }
    return ids.reduce(into: TrafficRates()) { sum, id in
      guard let counts = now.virtualServers[id] else { return }
      sum = sum + TrafficRates(before.virtualServers[id], counts, seconds: seconds)
    }
  }

  func areUnused(_ ids: [VirtualServerID]) -> Bool {
    ids.allSatisfy { now.virtualServers[$0]?.connections == 0 }
  }

  /// Each once, by address and port; nil unless all were read.
  func servers(of ids: [VirtualServerID]) -> [ServiceTraffic.Server]? {
    var servers: [RealServerID: ServiceTraffic.Server] = [:]
    for id in ids {
      guard let list = now.realServers[id] else { return nil }
      let earlier = earlierCounts(of: id)
      for server in list {
        let found = ServiceTraffic.Server(server, rates: rates(of: server, after: earlier))
        servers[server.id] = servers[server.id].map { $0 + found } ?? found
      }
    }
    return servers.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Of its real servers, without those that had counted nothing; nil when that isn't known.
  private func earlierCounts(of id: VirtualServerID) -> [RealServerID: TrafficCounts]? {
    guard let before else { return nil }
    if let list = before.realServers[id] {
      return Dictionary(list.map { ($0.id, $0.counts) }, uniquingKeysWith: { $1 })
    }
    // Not read then, because none of them had anything to tell.
    return (before.virtualServers[id]?.connections ?? 0) == 0 ? [:] : nil
  }

  private func rates(
    of server: RealServerTraffic, after earlier: [RealServerID: TrafficCounts]?
  ) -> TrafficRates? {
    guard let earlier, let seconds = seconds(since: \.realServerMoment) else { return nil }
    return TrafficRates(earlier[server.id], server.counts, seconds: seconds)
  }
}

extension ServiceTraffic.Server {
  fileprivate init(_ server: RealServerTraffic, rates: TrafficRates?) {
    self.init(
      address: server.id.address.description, port: server.id.port, weight: server.weight, rates: rates,
      activeConnections: Int(server.connections.active), inactiveConnections: Int(server.connections.inactive)
    )
  }

  /// The same endpoint behind two virtual servers.
  fileprivate static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.weight = max(left.weight, right.weight)
    sum.rates = left.rates.flatMap { rates in right.rates.map { rates + $0 } }
    sum.activeConnections += right.activeConnections
    sum.inactiveConnections += right.inactiveConnections
    return sum
  }
}
