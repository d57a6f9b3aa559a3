/// What rows of traffic are sorted by: the largest first, names from A; what isn't known last. Ties by name.
public enum TrafficOrder: String, CaseIterable, Sendable {
  case connections, active
  case incoming = "in"
  case outgoing = "out"
  case name

  public func sorted(_ rows: [ServiceTraffic]) -> [ServiceTraffic] {
    if self == .name { return rows.sorted { $0.key < $1.key } }
    return rows.map { (value: value($0), row: $0) }
      .sorted { $0.value == $1.value ? $0.row.key < $1.row.key : $0.value > $1.value }.map(\.row)
  }

  public func sorted(_ servers: [ServiceTraffic.Server]) -> [ServiceTraffic.Server] {
    // As they come: by address.
    if self == .name { return servers }
    return servers.enumerated().map { (value: value($1), offset: $0, server: $1) }
      .sorted { $0.value == $1.value ? $0.offset < $1.offset : $0.value > $1.value }.map(\.server)
  }

  private func value(_ row: ServiceTraffic) -> Double { value(row.rates, row.activeConnections) }

  private func value(_ server: ServiceTraffic.Server) -> Double {
    value(server.rates, server.activeConnections)
  }

  private func value(_ rates: TrafficRates?, _ active: Int?) -> Double {
    switch self {
    case .connections: rates?.connections ?? -1
    case .active: active.map(Double.init) ?? -1
    case .incoming: rates?.incomingBytes ?? -1
    case .outgoing: rates?.outgoingBytes ?? -1
    case .name: 0
    }
  }
}

extension ServiceTraffic {
  /// Services by namespace and name, then what is no Service's.
  fileprivate var key: (Int, String, String) { (namespace.isEmpty ? 1 : 0, namespace, name) }
}
