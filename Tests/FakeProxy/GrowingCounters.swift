import Addressing
import LiveTraffic
import Reconciler
import Synchronization

/// A kernel whose counters grow by the same with every reading, and whose readings are two seconds apart: so rates are
/// the same from the second reading on.
final class GrowingCounters: TrafficSource {
  private struct Sample {
    let namespace: String
    let name: String
    /// Of each virtual server, in two seconds; a multiple of the number of servers.
    let connections: UInt64
    let servers: Int
  }

  private static let services: [Sample] =
    [
      Sample(namespace: "kube-system", name: "dns", connections: 5000, servers: 2),
      Sample(namespace: "shop", name: "web", connections: 252, servers: 3),
      Sample(namespace: "shop", name: "checkout-with-a-long-name", connections: 10, servers: 2),
      Sample(namespace: "default", name: "kubernetes", connections: 1, servers: 1),
    ]
    + (0..<30).map { Sample(namespace: "tenant-\($0 / 10)", name: "app-\($0)", connections: 0, servers: 1) }

  private let readings = Mutex<UInt64>(0)

  var time: Duration { readings.withLock { .seconds(2 * Int64($0)) } }

  func virtualServers() -> [VirtualServerID: TrafficCounts] {
    let reading = readings.withLock { readings in
      readings += 1
      return readings
    }
    var counts: [VirtualServerID: TrafficCounts] = [:]
    for (number, service) in Self.services.enumerated() {
      for id in Self.ids(number) { counts[id] = Self.counts(service.connections * reading) }
    }
    // No Service's.
    counts[VirtualServerID(IPAddress(ipv4: 0xAC10_0001), port: 443, transport: .tcp)] = TrafficCounts()
    return counts
  }

  func realServers(of ids: [VirtualServerID]) -> [VirtualServerID: [RealServerTraffic]] {
    let reading = readings.withLock { $0 }
    var found: [VirtualServerID: [RealServerTraffic]] = [:]
    for (number, service) in Self.services.enumerated() {
      for id in Self.ids(number) where ids.contains(id) {
        let share = service.connections * reading / UInt64(service.servers)
        found[id] = (0..<service.servers).map { index in
          // The last of several drains.
          let drains = index > 0 && index == service.servers - 1
          return RealServerTraffic(
            RealServerID(IPAddress(ipv4: 0x0AF4_0000 | UInt32(number) << 8 | UInt32(index)), port: 8080),
            weight: drains ? 0 : 1,
            connections: ConnectionCounts(
              active: UInt32(service.connections / UInt64(index + 1)), inactive: 7),
            counts: drains ? TrafficCounts() : Self.counts(share))
        }
      }
    }
    return found
  }

  func owners() -> [VirtualServerID: ServiceKey]? {
    var owners: [VirtualServerID: ServiceKey] = [:]
    for (number, service) in Self.services.enumerated() {
      for id in Self.ids(number) {
        owners[id] = ServiceKey(namespace: service.namespace, name: service.name)
      }
    }
    return owners
  }

  /// The second and the third have a load balancer address too.
  private static func ids(_ number: Int) -> [VirtualServerID] {
    let cluster = VirtualServerID(
      IPAddress(ipv4: 0x0A60_0000 + UInt32(number)), port: number == 0 ? 53 : 80,
      transport: number == 0 ? .udp : .tcp)
    guard [1, 2].contains(number) else { return [cluster] }
    return [
      cluster, VirtualServerID(IPAddress(ipv4: 0xCB00_7100 + UInt32(number)), port: 80, transport: .tcp),
    ]
  }

  private static func counts(_ connections: UInt64) -> TrafficCounts {
    TrafficCounts(
      connections: connections, incomingPackets: connections * 4, outgoingPackets: connections * 5,
      incomingBytes: connections * 400, outgoingBytes: connections * 9000)
  }
}
