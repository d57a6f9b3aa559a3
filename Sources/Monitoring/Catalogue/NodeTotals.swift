import Reconciler

/// What IPVS has counted on the node since it was loaded, over all virtual servers of anybody.
public final class NodeTotals: Sendable {
  private let connections: Counter
  private let incomingPackets: Counter
  private let outgoingPackets: Counter
  private let incomingBytes: Counter
  private let outgoingBytes: Counter

  public init(_ registry: MetricsRegistry) {
    connections = registry.counter(
      "ipvs_proxy_node_connections_total", help: "Connections that IPVS has made on this node.")
    let packets = registry.counter(
      "ipvs_proxy_node_packets_total", help: "Packets that IPVS has moved on this node.",
      labels: ["direction"])
    incomingPackets = packets.with("in")
    outgoingPackets = packets.with("out")
    let bytes = registry.counter(
      "ipvs_proxy_node_bytes_total", help: "Bytes that IPVS has moved on this node.", labels: ["direction"])
    incomingBytes = bytes.with("in")
    outgoingBytes = bytes.with("out")
  }

  public func set(_ traffic: TrafficCounts) {
    connections.mirror(Double(traffic.connections))
    incomingPackets.mirror(Double(traffic.incomingPackets))
    outgoingPackets.mirror(Double(traffic.outgoingPackets))
    incomingBytes.mirror(Double(traffic.incomingBytes))
    outgoingBytes.mirror(Double(traffic.outgoingBytes))
  }
}
