/// What a Service carries on this node, over all its virtual servers; or a virtual server that is no Service's.
public struct ServiceTraffic: InspectionItem {
  public static let kind = "ServiceTraffic"

  /// Empty for what is no Service's, as far as is known.
  public var namespace: String
  /// Of the Service; "10.96.0.10:53/udp" for what is no Service's.
  public var name: String
  /// "10.96.0.10:53/udp", in order.
  public var virtualServers: [String]
  /// Nil after one reading.
  public var rates: TrafficRates?
  /// ipvsadm's ActiveConn: of TCP, those that are established. Nil where real servers were not read.
  public var activeConnections: Int?
  /// ipvsadm's InActConn: all others. Nil where real servers were not read.
  public var inactiveConnections: Int?
  /// Real servers with weight 0; nil where they were not read.
  public var drainingRealServers: Int?
  /// By address and port; nil where they were not read.
  public var realServers: [Server]?

  /// An endpoint, over all virtual servers of the Service.
  public struct Server: Codable, Hashable, Sendable {
    public var address: String
    public var port: UInt16
    /// The largest. 0: it gets no new connections.
    public var weight: UInt32
    /// Nil after one reading.
    public var rates: TrafficRates?
    public var activeConnections: Int
    public var inactiveConnections: Int

    /// "10.244.0.5:8080".
    public var name: String { hostPort(address, port) }
    public var isDraining: Bool { weight == 0 }
  }

  /// "shop/web", or the virtual server's name.
  public var title: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }
}

/// Each a second, on average between two readings.
public struct TrafficRates: Codable, Hashable, Sendable {
  /// New ones.
  public var connections: Double
  public var incomingPackets: Double
  public var outgoingPackets: Double
  public var incomingBytes: Double
  public var outgoingBytes: Double

  public init(
    connections: Double = 0, incomingPackets: Double = 0, outgoingPackets: Double = 0,
    incomingBytes: Double = 0, outgoingBytes: Double = 0
  ) {
    self.connections = connections
    self.incomingPackets = incomingPackets
    self.outgoingPackets = outgoingPackets
    self.incomingBytes = incomingBytes
    self.outgoingBytes = outgoingBytes
  }

  public static func + (left: Self, right: Self) -> Self {
    TrafficRates(
      connections: left.connections + right.connections,
      incomingPackets: left.incomingPackets + right.incomingPackets,
      outgoingPackets: left.outgoingPackets + right.outgoingPackets,
      incomingBytes: left.incomingBytes + right.incomingBytes,
      outgoingBytes: left.outgoingBytes + right.outgoingBytes)
  }
}
