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
  public var traffic: TrafficCounts

  public init(
    service: ServiceKey, portName: String, transport: TransportProtocol, family: IPFamily, kind: Reason.Rule,
    traffic: TrafficCounts
  ) {
    self.service = service
    self.portName = portName
    self.transport = transport
    self.family = family
    self.kind = kind
    self.traffic = traffic
  }

  /// - Parameters:
  ///   - traffic: what the kernel has counted.
  ///   - reasons: why virtual servers exist; those of others have none and are left out.
  /// - Returns: in no order.
  public static func joined(
    _ traffic: [VirtualServerID: TrafficCounts], _ reasons: [VirtualServerID: Reason]
  ) -> [ServiceCounters] {
    traffic.compactMap { id, counts in
      reasons[id].map {
        ServiceCounters(
          service: $0.service, portName: $0.portName, transport: id.transport, family: id.family,
          kind: $0.rule, traffic: counts)
      }
    }
  }

  /// Metrics in the Prometheus text format. Virtual servers with the same labels, those of several addresses of one
  /// kind, are added up.
  public static func text(_ counters: some Sequence<ServiceCounters>) -> String {
    var sums: [String: TrafficCounts] = [:]
    for counter in counters { sums[counter.labels, default: TrafficCounts()] += counter.traffic }
    let series = sums.sorted { $0.key < $1.key }
    var text = ExpositionText()
    if series.isEmpty { return "" }
    write(series, "ipvs_proxy_service_bytes_total", "Bytes", \.incomingBytes, \.outgoingBytes, &text)
    text.header(
      "ipvs_proxy_service_connections_total", type: Counter.typeName,
      help: "Connections made through a Service on this node.")
    for (labels, sum) in series {
      text.sample("ipvs_proxy_service_connections_total", labels, Double(sum.connections))
    }
    write(series, "ipvs_proxy_service_packets_total", "Packets", \.incomingPackets, \.outgoingPackets, &text)
    return text.text
  }

  private static func write(
    _ series: [(key: String, value: TrafficCounts)], _ name: String, _ unit: String,
    _ incoming: KeyPath<TrafficCounts, UInt64>, _ outgoing: KeyPath<TrafficCounts, UInt64>,
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
