import Addressing
import Reconciler

/// What IPVS has counted for one virtual server, with the Service it belongs to.
public struct ServiceCounters: Hashable, Sendable {
  public var service: ServiceKey
  /// Empty for a single unnamed port.
  public var portName: String
  public var transport: TransportProtocol
  public var family: IPFamily
  /// Why the address is served.
  public var kind: Reason.Rule
  public var statistics: IPVSStatistics

  public init(
    service: ServiceKey, portName: String, transport: TransportProtocol, family: IPFamily, kind: Reason.Rule,
    statistics: IPVSStatistics
  ) {
    self.service = service
    self.portName = portName
    self.transport = transport
    self.family = family
    self.kind = kind
    self.statistics = statistics
  }

  /// Metrics in the Prometheus text format. Virtual servers with the same labels, those of several addresses of one
  /// kind, are added up.
  public static func text(_ counters: some Sequence<ServiceCounters>) -> String {
    var sums: [String: IPVSStatistics] = [:]
    for counter in counters { sums[counter.labels, default: IPVSStatistics()] += counter.statistics }
    let series = sums.sorted { $0.key < $1.key }
    var text = ExpositionText()
    if series.isEmpty { return "" }
    text.header(
      "ipvs_proxy_service_connections_total", type: Counter.typeName,
      help: "Connections made through a Service on this node.")
    for (labels, sum) in series {
      text.sample("ipvs_proxy_service_connections_total", labels, Double(sum.connections))
    }
    write(series, "ipvs_proxy_service_packets_total", "Packets", \.incomingPackets, \.outgoingPackets, &text)
    write(series, "ipvs_proxy_service_bytes_total", "Bytes", \.incomingBytes, \.outgoingBytes, &text)
    return text.text
  }

  private static func write(
    _ series: [(key: String, value: IPVSStatistics)], _ name: String, _ unit: String,
    _ incoming: KeyPath<IPVSStatistics, UInt64>, _ outgoing: KeyPath<IPVSStatistics, UInt64>,
    _ text: inout ExpositionText
  ) {
    text.header(name, type: Counter.typeName, help: "\(unit) moved for a Service on this node.")
    for (labels, sum) in series {
      text.sample(name, labels + ",direction=\"in\"", Double(sum[keyPath: incoming]))
      text.sample(name, labels + ",direction=\"out\"", Double(sum[keyPath: outgoing]))
    }
  }

  private var labels: String {
    [
      ExpositionText.label("address_kind", kind.label), ExpositionText.label("ip_family", family.description),
      ExpositionText.label("namespace", service.namespace), ExpositionText.label("port", portName),
      ExpositionText.label("protocol", transport.description.uppercased()),
      ExpositionText.label("service", service.name),
    ].joined(separator: ",")
  }
}

extension Reason.Rule {
  /// As metrics name it.
  fileprivate var label: String {
    switch self {
    case .clusterIP: "cluster_ip"
    case .loadBalancer: "load_balancer"
    case .externalIP: "external_ip"
    case .nodePort: "node_port"
    }
  }
}

extension IPVSStatistics {
  static func += (left: inout Self, right: Self) {
    left.connections &+= right.connections
    left.incomingPackets &+= right.incomingPackets
    left.outgoingPackets &+= right.outgoingPackets
    left.incomingBytes &+= right.incomingBytes
    left.outgoingBytes &+= right.outgoingBytes
  }
}
