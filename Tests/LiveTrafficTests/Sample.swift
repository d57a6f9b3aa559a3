import Addressing
import Inspection
import LiveTraffic
import Reconciler
import Synchronization

/// Ten Services, whose counters grow by their number a reading; each with two real servers.
final class ScriptedTraffic: TrafficSource {
  struct Asked: Equatable {
    var realServers: [[VirtualServerID]] = []
    var owners = 0
  }

  private struct State {
    var readings: UInt64 = 0
    var asked = Asked()
    var services = 10
    var fails = false
  }

  struct Failure: Error, CustomStringConvertible {
    let description = "the kernel says no"
  }

  private let state: Mutex<State>
  private let hasNames: Bool

  init(services: Int = 10, hasNames: Bool = true) {
    state = Mutex(State(services: services))
    self.hasNames = hasNames
  }

  var asked: Asked { state.withLock { $0.asked } }
  func fail() { state.withLock { $0.fails = true } }
  func add(services: Int) { state.withLock { $0.services += services } }

  static func id(_ number: Int) -> VirtualServerID {
    VirtualServerID(IPAddress(ipv4: 0x0A60_0000 + UInt32(number)), port: 80, transport: .tcp)
  }

  func virtualServers() throws -> [VirtualServerID: TrafficCounts] {
    try state.withLock { state in
      if state.fails { throw Failure() }
      state.readings += 1
      let readings = state.readings
      return Dictionary(
        uniqueKeysWithValues: (0..<state.services).map { number in
          let count = readings * UInt64(number)
          return (
            Self.id(number),
            TrafficCounts(connections: count, incomingBytes: 1000 * count, outgoingBytes: 2000 * count)
          )
        })
    }
  }

  func realServers(of ids: [VirtualServerID]) -> [VirtualServerID: [RealServerTraffic]] {
    state.withLock { state in
      state.asked.realServers.append(ids)
      return Dictionary(
        uniqueKeysWithValues: ids.map { id in
          let number = UInt32(truncatingIfNeeded: id.address.low & 0xFF)
          return (
            id,
            (1...2).map { index in
              RealServerTraffic(
                RealServerID(IPAddress(ipv4: 0x0AF4_0000 + number * 16 + UInt32(index)), port: 8080),
                weight: index == 2 && number == 9 ? 0 : 1,
                connections: ConnectionCounts(active: 100 - number),
                counts: TrafficCounts(connections: state.readings * UInt64(index)))
            }
          )
        })
    }
  }

  func owners() -> [VirtualServerID: ServiceKey]? {
    state.withLock { state in
      state.asked.owners += 1
      guard hasNames else { return nil }
      return Dictionary(
        uniqueKeysWithValues: (0..<state.services).map {
          (Self.id($0), ServiceKey(namespace: $0 % 2 == 0 ? "even" : "odd", name: "s\($0)"))
        })
    }
  }
}

/// A clock that goes on by a second each time it is looked at, which is twice a reading.
final class SteppingClock: Sendable {
  private let time = Mutex(Duration.zero)

  @Sendable func now() -> Duration {
    time.withLock { time in
      time += .seconds(1)
      return time
    }
  }
}
