/// What IPVS counts since it was loaded: for one virtual server since it was made, or for the node.
public struct TrafficCounts: Hashable, Sendable {
  public var connections: UInt64
  public var incomingPackets: UInt64
  public var outgoingPackets: UInt64
  public var incomingBytes: UInt64
  public var outgoingBytes: UInt64

  public init(
    connections: UInt64 = 0, incomingPackets: UInt64 = 0, outgoingPackets: UInt64 = 0,
    incomingBytes: UInt64 = 0, outgoingBytes: UInt64 = 0
  ) {
    self.connections = connections
    self.incomingPackets = incomingPackets
    self.outgoingPackets = outgoingPackets
    self.incomingBytes = incomingBytes
    self.outgoingBytes = outgoingBytes
  }
}

/// What one real server has carried since it was added, and what it has open.
public struct RealServerTraffic: Hashable, Sendable {
  public var id: RealServerID
  public var weight: UInt32
  public var connections: ConnectionCounts
  public var counts: TrafficCounts

  public init(
    _ id: RealServerID, weight: UInt32, connections: ConnectionCounts = ConnectionCounts(),
    counts: TrafficCounts = TrafficCounts()
  ) {
    self.id = id
    self.weight = weight
    self.connections = connections
    self.counts = counts
  }
}
