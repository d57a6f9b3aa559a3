/// An endpoint of one port of a Service, over all its virtual servers.
public struct EndpointStatus: InspectionItem {
  public static let kind = "Endpoint"

  public var namespace: String
  public var service: String
  /// Of the Service; empty for a single unnamed port.
  public var portName: String
  public var transport: String
  public var address: String
  public var port: UInt16
  public var nodeName: String?
  public var endpointSlice: String?
  /// The best of what it does for the virtual servers.
  public var state: RealServerStatus.State
  /// Where it serves it is what keeps it from the others; empty when nothing does.
  public var reason: String
  /// The largest; 0 for none.
  public var weight: UInt32

  /// "10.244.0.5:8080".
  public var endpoint: String { hostPort(address, port) }

  /// Of one Service, by port, protocol and address.
  public static func all(_ service: ServiceStatus) -> [EndpointStatus] {
    struct Key: Hashable {
      let port: String
      let transport: String
      let server: String
    }
    var places: [Key: [(rule: String, server: RealServerStatus)]] = [:]
    var order: [Key] = []
    for virtual in service.virtualServers where virtual.state != .conflict {
      for server in virtual.realServers {
        let key = Key(port: virtual.portName, transport: virtual.transport, server: server.name)
        if places[key] == nil { order.append(key) }
        places[key, default: []].append((virtual.rule, server))
      }
    }
    return order.compactMap { key in
      places[key].flatMap { EndpointStatus(service, key.port, key.transport, $0) }
    }
  }

  private init?(
    _ owner: ServiceStatus, _ portName: String, _ transport: String,
    _ places: [(rule: String, server: RealServerStatus)]
  ) {
    let byState = Dictionary(grouping: places) { $0.server.state }
    guard let best = byState[.serving] ?? byState[.draining] ?? byState[.out], let first = best.first?.server
    else { return nil }
    namespace = owner.namespace
    service = owner.name
    self.portName = portName
    self.transport = transport
    (address, port) = (first.address, first.port)
    nodeName = first.nodeName
    endpointSlice = first.endpointSlice
    state = first.state
    weight = best.map(\.server.weight).max() ?? 0
    reason = first.reason == "ready" ? "" : first.reason
    guard state == .serving, best.count < places.count,
      let other = places.first(where: { $0.server.state != .serving })
    else { return }
    let rules = Set(places.filter { $0.server.state != .serving }.map(\.rule)).sorted()
    reason = "not for \(rules.joined(separator: ", ")): \(other.server.reason)"
  }
}
