import Addressing
import Reconciler
import Testing

@testable import Monitoring

/// All metrics of the program, each with a series.
struct Catalogue {
  let registry = MetricsRegistry()
  let proxy: ProxyMetrics
  let kernel: KernelMetrics

  init() throws {
    proxy = ProxyMetrics(registry, families: [.ipv4, .ipv6], started: .seconds(1000))
    kernel = KernelMetrics(registry, families: [.ipv4, .ipv6])
    let source = SourceMetrics(registry)
    source.setSynced("services", true)
    source.failed("services")
    source.requested("GET", host: "10.0.0.1:6443", status: 200, duration: .milliseconds(30))
    let server = ServerMetrics(registry)
    server.answeredHealthz(200)
    server.answeredLivez(503)
    ProcessMetrics(registry, version: "1.0.0", kernel: "6.1.0", platform: "linux/amd64").set(
      try ProcessStatistics.sample())
    NodeTotals(registry).set(TrafficCounts(connections: 1))
    var round = RoundReport()
    round.operations.count(
      [.addAddress(IPAddress(ipv4: 1))], [KernelError(.address, errno: 19, object: "10.0.0.1")])
    round.kernelError = KernelError(.rules, errno: 0, object: "iptables-nft-restore")
    kernel.observe(.round(round))
  }

  func exposition() async -> Exposition {
    let counters = ServiceCounters(
      service: ServiceKey(namespace: "default", name: "web"), portName: "http", transport: .tcp,
      family: .ipv4, kind: .clusterIP, traffic: TrafficCounts(connections: 3))
    return Exposition(await registry.scrape() + ServiceCounters.text([counters]))
  }
}

extension ProcessStatistics {
  fileprivate static func sample() throws -> ProcessStatistics {
    let texts = Texts(
      stat: "1 (a) S 1 1 1 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 3 4096 5 0 0",
      limits: "Max address space unlimited unlimited bytes\nMax open files 1024 4096 files",
      system: "btime 1000")
    return try #require(ProcessStatistics(texts, openFiles: 9, ticks: 100, pageSize: 4096))
  }
}
