import Addressing
import Reconciler
import Testing

@testable import Monitoring

@Suite struct StatisticsTests {
  private let text = """
       Total Incoming Outgoing         Incoming         Outgoing
       Conns  Packets  Packets            Bytes            Bytes
          1F       A0       FF         FFFFFFFFFFFFFFFF     1000

     Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s
           1        2        3                4                5

    """

  @Test func theTotalsOfIPVSAreHexadecimal() {
    #expect(
      TrafficCounts(procText: text)
        == TrafficCounts(
          connections: 31, incomingPackets: 160, outgoingPackets: 255, incomingBytes: .max,
          outgoingBytes: 4096))
  }

  @Test(arguments: ["", "a\nb", "a\nb\n1 2 3 4", "a\nb\n1 2 3 4 x", "a\nb\n1 2 3 4 -5"])
  func anythingElseIsNothing(text: String) {
    #expect(TrafficCounts(procText: text) == nil)
  }

  @Test func aProcessMayHaveAnyName() throws {
    let texts = ProcessStatistics.Texts(
      stat:
        "42 (evil) S 1 (x) R 1 1 1 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 7 0 1200 8192 3 18446744073709551615 1 1",
      limits: """
        Limit                     Soft Limit           Hard Limit           Units
        Max open files            1024                 524288               files
        Max address space         unlimited            unlimited            bytes
        """, system: "cpu  1 2\nbtime 1700000000\nprocesses 5\n")
    let statistics = try #require(ProcessStatistics(texts, openFiles: 12, ticks: 100, pageSize: 4096))
    #expect(statistics.cpuSeconds == 2)
    #expect(statistics.virtualBytes == 8192)
    #expect(statistics.residentBytes == 12_288)
    #expect(statistics.startTime == 1_700_000_012)
    #expect(statistics.openFiles == 12)
    #expect(statistics.openFilesLimit == 1024)
    #expect(statistics.virtualBytesLimit == 0x1p64)
    var broken = texts
    broken.stat = "42 (name) S 1"
    #expect(ProcessStatistics(broken, openFiles: 1, ticks: 100, pageSize: 4096) == nil)
  }

  @Test func trafficOfOthersBelongsToNoService() {
    let ours = VirtualServerID(IPAddress(ipv4: 1), port: 80, transport: .tcp)
    let foreign = VirtualServerID(IPAddress(ipv4: 2), port: 80, transport: .tcp)
    let reason = Reason(
      service: ServiceKey(namespace: "default", name: "web"), portName: "http", rule: .externalIP)
    let traffic = [ours: TrafficCounts(connections: 4), foreign: TrafficCounts(connections: 5)]
    #expect(
      ServiceCounters.joined(traffic, [ours: reason]) == [
        ServiceCounters(
          service: reason.service, portName: "http", transport: .tcp, family: .ipv4, kind: .externalIP,
          traffic: TrafficCounts(connections: 4))
      ])
  }

  @Test func addressesOfOneKindAreAddedUp() {
    func counters(_ name: String, _ kind: Reason.Rule, _ connections: UInt64) -> ServiceCounters {
      ServiceCounters(
        service: ServiceKey(namespace: "default", name: name), portName: "", transport: .udp, family: .ipv6,
        kind: kind, traffic: TrafficCounts(connections: connections, incomingBytes: 10))
    }
    let text = ServiceCounters.text([
      counters("web", .nodePort, 2), counters("web", .nodePort, 3), counters("web", .clusterIP, 7),
    ])
    let connections = Exposition(text).families["ipvs_proxy_service_connections_total"]?.samples
    #expect(connections?.map(\.value) == ["7", "5"])
    #expect(
      connections?.last?.labels == [
        "address_kind": "node_port", "ip_family": "IPv6", "namespace": "default", "port": "",
        "protocol": "UDP", "service": "web",
      ])
    let bytes = Exposition(text).families["ipvs_proxy_service_bytes_total"]?.samples
    #expect(bytes?.map(\.value) == ["10", "0", "20", "0"])
    #expect(ServiceCounters.text([]) == "")
  }
}
