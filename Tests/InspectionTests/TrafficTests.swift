import Addressing
import Reconciler
import Testing

@testable import Inspection

/// Two readings of the kernel's counters, and what they say of Services.
@Suite struct TrafficTests {
  private let http = VirtualServerID(address("10.96.0.1"), port: 80, transport: .tcp)
  private let nodePort = VirtualServerID(address("192.168.77.1"), port: 30080, transport: .tcp)
  private let dns = VirtualServerID(address("10.96.0.10"), port: 53, transport: .udp)
  private let stranger = VirtualServerID(address("172.16.0.1"), port: 443, transport: .tcp)
  private var owners: [VirtualServerID: ServiceKey] {
    [http: key("web"), nodePort: key("web"), dns: ServiceKey(namespace: "kube-system", name: "dns")]
  }

  private func counts(_ connections: UInt64, incoming: UInt64 = 0, outgoing: UInt64 = 0) -> TrafficCounts {
    TrafficCounts(connections: connections, incomingBytes: incoming, outgoingBytes: outgoing)
  }

  private func server(
    _ text: String, weight: UInt32 = 1, active: UInt32 = 0, inactive: UInt32 = 0, _ counts: TrafficCounts
  ) -> RealServerTraffic {
    RealServerTraffic(
      RealServerID(address(text), port: 8080), weight: weight,
      connections: ConnectionCounts(active: active, inactive: inactive), counts: counts)
  }

  private func rows(
    _ now: TrafficSample, after before: TrafficSample? = nil, namespace: String? = nil
  ) -> [String: ServiceTraffic] {
    let groups = TrafficGroups(now.virtualServers.keys, owners: owners, namespace: namespace)
    return Dictionary(
      groups.rows(now, after: before).map { ($0.title, $0) }, uniquingKeysWith: { first, _ in first })
  }

  @Test func aServiceIsTheSumOfItsVirtualServers() throws {
    let before = TrafficSample(
      moment: .seconds(10),
      virtualServers: [http: counts(100, incoming: 1000), nodePort: counts(5), dns: counts(1)])
    let now = TrafficSample(
      moment: .seconds(12),
      virtualServers: [
        http: counts(110, incoming: 5000, outgoing: 100), nodePort: counts(6), dns: counts(1),
        stranger: counts(8),
      ])

    let found = rows(now, after: before)

    #expect(Set(found.keys) == ["default/web", "kube-system/dns", "172.16.0.1:443/tcp"])
    let web = try #require(found["default/web"])
    #expect(web.virtualServers == ["10.96.0.1:80/tcp", "192.168.77.1:30080/tcp"])
    #expect(web.rates == TrafficRates(connections: 5.5, incomingBytes: 2000, outgoingBytes: 50))
    #expect(found["kube-system/dns"]?.rates == TrafficRates())
    // New since: from zero.
    #expect(found["172.16.0.1:443/tcp"]?.rates?.connections == 4)
    #expect(found["172.16.0.1:443/tcp"]?.namespace == "")
  }

  @Test func oneReadingHasNoRates() {
    let found = rows(TrafficSample(moment: .zero, virtualServers: [http: counts(7)]))
    #expect(found["default/web"]?.rates == nil)
    // Two at the same moment haven't either.
    let sample = TrafficSample(moment: .zero, virtualServers: [http: counts(7)])
    #expect(rows(sample, after: sample)["default/web"]?.rates == nil)
  }

  @Test(arguments: [
    (TrafficCounts(connections: 40, incomingBytes: 10), 10.0),
    // Connections alone have grown: but the bytes tell that it was made anew.
    (TrafficCounts(connections: 140, incomingBytes: 10), 35.0),
  ]) func countsThatGoBackwardsBeganAnewAtZero(now: TrafficCounts, rate: Double) {
    let before = TrafficSample(
      moment: .zero, virtualServers: [http: counts(100, incoming: 50)],
      realServers: [http: [server("10.244.0.5", counts(100, incoming: 50))]])
    let later = TrafficSample(
      moment: .seconds(4), virtualServers: [http: now], realServers: [http: [server("10.244.0.5", now)]])

    let row = rows(later, after: before)["default/web"]

    #expect(row?.rates?.connections == rate && row?.rates?.incomingBytes == 2.5)
    #expect(row?.realServers?.first?.rates == row?.rates)
  }

  /// Names may be asked for in between, and who is asked be slow.
  @Test func realServersHaveTheirOwnTime() throws {
    let before = TrafficSample(
      moment: .zero, virtualServers: [http: counts(0)],
      realServers: [http: [server("10.244.0.5", counts(6))]],
      realServerMoment: .seconds(3))
    let now = TrafficSample(
      moment: .seconds(5), virtualServers: [http: counts(10)],
      realServers: [http: [server("10.244.0.5", counts(10))]])
    let web = try #require(rows(now, after: before)["default/web"])
    #expect(web.rates?.connections == 2 && web.realServers?.first?.rates?.connections == 2)
  }

  /// Real servers are read of virtual servers that ever had a connection: the first one may come between two readings.
  @Test(arguments: [TrafficCounts(), nil]) func whatWasUnusedBeforeHasCountedFromZero(first: TrafficCounts?)
    throws
  {
    let before = TrafficSample(
      moment: .zero, virtualServers: first.map { [http: $0] } ?? [:], realServerMoment: .seconds(1))
    let now = TrafficSample(
      moment: .seconds(4), virtualServers: [http: counts(12)],
      realServers: [http: [server("10.244.0.5", counts(12))]], realServerMoment: .seconds(5))
    let web = try #require(rows(now, after: before)["default/web"])
    #expect(web.rates?.connections == 3 && web.realServers?.first?.rates?.connections == 3)
  }

  @Test func anEndpointBehindTwoVirtualServersIsOne() throws {
    let five = counts(5)
    let before = TrafficSample(
      moment: .zero, virtualServers: [http: five, nodePort: five],
      realServers: [http: [server("10.244.0.5", five)], nodePort: [server("10.244.0.5", five)]])
    let now = TrafficSample(
      moment: .seconds(1), virtualServers: [http: five, nodePort: five],
      realServers: [
        http: [
          server("10.244.0.6", weight: 0, active: 1, counts(9)),
          server("10.244.0.5", active: 2, inactive: 3, counts(7)),
        ],
        nodePort: [server("10.244.0.5", active: 4, counts(6))],
      ])

    let web = try #require(rows(now, after: before)["default/web"])

    #expect(web.realServers?.map(\.name) == ["10.244.0.5:8080", "10.244.0.6:8080"])
    #expect(web.realServers?.map { $0.rates?.connections } == [3, 9])
    #expect(web.realServers?.map(\.activeConnections) == [6, 1])
    #expect(web.realServers?.map(\.isDraining) == [false, true])
    #expect(web.activeConnections == 7 && web.inactiveConnections == 3 && web.drainingRealServers == 1)
  }

  @Test func realServersThatWereNotReadAreUnknown() throws {
    let servers = [http: [server("10.244.0.5", active: 2, counts(1000))]]
    let before = TrafficSample(moment: .zero, virtualServers: [http: counts(1000), dns: counts(0)])
    // Read for the first time: what they carried before is not what they carry a second.
    let now = TrafficSample(
      moment: .seconds(1), virtualServers: before.virtualServers, realServers: servers)
    let web = try #require(rows(now, after: before)["default/web"])
    #expect(web.realServers?.map { $0.rates == nil } == [true] && web.activeConnections == 2)
    // One of two virtual servers is not enough.
    let half = TrafficSample(
      moment: .seconds(1), virtualServers: [http: counts(1000), nodePort: counts(1)], realServers: servers)
    #expect(rows(half)["default/web"]?.realServers == nil)
    #expect(rows(half)["default/web"]?.activeConnections == nil)
    // Who never had a connection has none.
    let unused = try #require(rows(now)["kube-system/dns"])
    #expect(unused.realServers == nil && unused.activeConnections == 0)
  }

  @Test func aNamespaceHasItsServicesOnly() {
    let sample = TrafficSample(
      moment: .zero, virtualServers: [http: counts(1), dns: counts(0), stranger: counts(1)])
    #expect(Set(rows(sample, namespace: "kube-system").keys) == ["kube-system/dns"])
    let groups = TrafficGroups(sample.virtualServers.keys, owners: owners)
    #expect(Set(groups.everUsed(in: sample.virtualServers)) == [http, stranger])
  }

  @Test(arguments: [
    (TrafficOrder.connections, ["b", "a", "c", "10.0.0.1:1/tcp"]),
    (.active, ["c", "b", "a", "10.0.0.1:1/tcp"]),
    (.incoming, ["a", "b", "c", "10.0.0.1:1/tcp"]), (.outgoing, ["c", "a", "b", "10.0.0.1:1/tcp"]),
    (.name, ["a", "b", "c", "10.0.0.1:1/tcp"]),
  ]) func theLargestIsFirstAndTiesGoByName(order: TrafficOrder, names: [String]) {
    func row(_ name: String, _ connections: Double, _ active: Int?, _ outgoing: Double) -> ServiceTraffic {
      ServiceTraffic(
        namespace: "default", name: name, virtualServers: [],
        rates: TrafficRates(connections: connections, incomingBytes: 3, outgoingBytes: outgoing),
        activeConnections: active)
    }
    let unknown = ServiceTraffic(namespace: "", name: "10.0.0.1:1/tcp", virtualServers: [])
    let rows = [unknown, row("c", 1, 5, 9), row("b", 8, 0, 0), row("a", 2, nil, 1)]
    #expect(order.sorted(rows).map(\.name) == names)
  }
}
