import Addressing
import Glibc
import KernelFakes
import Monitoring
import Reconciler
import Synchronization
import Testing

@testable import Endpoints

@Suite(.timeLimit(.minutes(5))) struct CollectorTests {
  private actor Reader {
    private(set) var reads = 0

    func read() -> [ServiceCounters] {
      reads += 1
      return [
        ServiceCounters(
          service: ServiceKey(namespace: "default", name: "web"), portName: "", transport: .tcp,
          family: .ipv4,
          kind: .clusterIP, traffic: TrafficCounts(connections: UInt64(reads)))
      ]
    }
  }

  @Test func countersOfServicesAreReadOnceInTenSeconds() async {
    let time = ManualTime()
    let reader = Reader()
    let cache = ServiceCountersCache(time: time) { await reader.read() }
    let first = await cache.text()
    #expect(first.contains("service=\"web\"} 1\n"))
    time.advance(by: .milliseconds(9999))
    #expect(await cache.text() == first)
    #expect(await reader.reads == 1)
    time.advance(by: .milliseconds(1))
    #expect(await cache.text().contains("service=\"web\"} 2\n"))
  }

  @Test func manyWhoAskAtOnceCauseOneRead() async {
    let reader = Reader()
    let cache = ServiceCountersCache(time: ManualTime()) {
      await Task.yield()
      return await reader.read()
    }
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 { group.addTask { _ = await cache.text() } }
    }
    #expect(await reader.reads == 1)
  }

  @Test func theProcessIsReadFromProc() throws {
    let statistics = try #require(ProcFiles().process())
    #expect(statistics.openFiles > 0)
    #expect(statistics.residentBytes > 1_000_000)
    #expect(statistics.virtualBytes >= statistics.residentBytes)
    #expect(statistics.startTime > 1_000_000_000)
    #expect(statistics.startTime <= Moment.now().wall.seconds + 1)
    let before = ProcFiles().process()?.openFiles
    let file = open("/dev/null", O_RDONLY)
    #expect(ProcFiles().process()?.openFiles != nil)
    #expect(file >= 0)
    close(file)
    #expect(before != nil)
  }

  @Test func whatIsNotThereIsNotTold() {
    #expect(ProcFiles(root: "/nonexistent").process() == nil)
    #expect(ProcFiles(root: "/nonexistent").ipvs() == nil)
  }

  @Test func aScrapeBringsTheProcessUpToDate() async {
    let registry = MetricsRegistry()
    ProcessMetrics(registry, version: "1", kernel: "6", platform: "linux/amd64").follow(
      ProcFiles(), in: registry)
    #expect(await !registry.scrape().contains("process_resident_memory_bytes 0\n"))
  }
}
