import Addressing
import Reconciler

/// What the kernel had counted.
public struct TrafficSample: Hashable, Sendable {
  /// When virtual servers were read, on the caller's clock.
  public var moment: Duration
  /// All of them, whoever's they are.
  public var virtualServers: [VirtualServerID: TrafficCounts]
  /// Of the virtual servers whose real servers were read.
  public var realServers: [VirtualServerID: [RealServerTraffic]]
  /// When that was: names may have been asked for in between, and a process be slow to answer.
  public var realServerMoment: Duration

  public init(
    moment: Duration, virtualServers: [VirtualServerID: TrafficCounts],
    realServers: [VirtualServerID: [RealServerTraffic]] = [:], realServerMoment: Duration? = nil
  ) {
    self.moment = moment
    self.realServerMoment = realServerMoment ?? moment
    self.virtualServers = virtualServers
    self.realServers = realServers
  }
}

extension TrafficRates {
  /// What IPVS's own estimator would say can be off: it sleeps with `net.ipv4.vs.run_estimation=0`.
  /// - Parameters:
  ///   - before: nil for what wasn't there then.
  ///   - now: counts that are smaller than before began anew at zero meanwhile.
  ///   - seconds: between the two.
  init(_ before: TrafficCounts?, _ now: TrafficCounts, seconds: Double) {
    let start = before.flatMap { now.isContinuation(of: $0) ? $0 : nil } ?? TrafficCounts()
    func rate(_ count: KeyPath<TrafficCounts, UInt64>) -> Double {
      Double(now[keyPath: count] - start[keyPath: count]) / seconds
    }
    self.init(
      connections: rate(\.connections), incomingPackets: rate(\.incomingPackets),
      outgoingPackets: rate(\.outgoingPackets), incomingBytes: rate(\.incomingBytes),
      outgoingBytes: rate(\.outgoingBytes))
  }
}

extension TrafficCounts {
  fileprivate func isContinuation(of earlier: TrafficCounts) -> Bool {
    connections >= earlier.connections && incomingPackets >= earlier.incomingPackets
      && outgoingPackets >= earlier.outgoingPackets && incomingBytes >= earlier.incomingBytes
      && outgoingBytes >= earlier.outgoingBytes
  }
}
