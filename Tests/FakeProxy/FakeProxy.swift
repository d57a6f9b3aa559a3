import Addressing
import ArgumentParser
import Endpoints
import Glibc
import Inspection
import LiveTraffic
import Logging
import Monitoring
import NodeCheck
import Reconciler
import Terminal

/// What `scripts/test-screens` looks at: always the same, whatever the time and the machine.
@main
struct FakeProxy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fake-proxy", abstract: "Stands in for a process that serves a node.",
    subcommands: [Serve.self, Top.self, Check.self])
}

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer on an admin socket, beside a metrics server as every process has one, until SIGTERM.")

  @Argument(help: "Of the socket; empty for none.")
  var path: String

  func run() async throws {
    let logger = Logger(label: "fake-proxy") { _ in SwiftLogNoOpLogHandler() }
    let inspector = await FakeNode.inspector()
    let metrics = HTTPService.metrics(
      on: ListenAddress(IPAddress(ipv4: 0x7F00_0001), port: 0), failsHard: true,
      content: MetricsServerContent(
        registry: MetricsRegistry(), configuration: { "{}" },
        status: { StatusPage(version: "", started: .zero, now: .zero) }), logger: logger
    ) { event in
      if case .listening(_, let address) = event { writeLine("metrics \(address)") }
    }
    let admin = AdminService(path: path, inspector: inspector, logger: logger) { event in
      switch event {
      case .listening: writeLine("ready")
      case .failed(let error):
        writeLine("\(error)")
        Glibc.exit(1)
      }
    }
    if path.isEmpty { writeLine("ready") }
    try await withThrowingTaskGroup { group in
      group.addTask { try await metrics.run() }
      if !path.isEmpty { group.addTask { try await admin.run() } }
      try await group.waitForAll()
    }
  }
}

/// At once, for who waits for it.
private func writeLine(_ text: String) {
  print(text)
  fflush(nil)
}

struct Top: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Show what a made-up kernel counts.")

  func run() async throws {
    let counters = GrowingCounters()
    var reader = TrafficReader(source: counters, namespace: nil, now: { counters.time })
    let rows = try await reader.read(.connections, window: 0..<50)
    await LiveTraffic.follow(reader, rows: rows, order: .connections, every: .milliseconds(200))
  }
}

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Show what is wrong with a made-up node.")

  func run() async throws {
    let report = CheckReport(
      findings: SickNode.facts.findings, programVersion: "0", nodeName: "node-a", kernel: "5.4.0-216-generic")
    let display = Display.ofStandardOutput()
    print(report.text(width: display.width ?? 80, isColored: display.hasColor), terminator: "")
    if report.hasFailed { throw ExitCode.failure }
  }
}
