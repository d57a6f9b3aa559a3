import ArgumentParser
import Endpoints
import Glibc
import Inspection
import LiveTraffic
import Logging
import Reconciler

/// What `scripts/test-screens` looks at: always the same, whatever the time and the machine.
@main
struct FakeProxy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fake-proxy", abstract: "Stands in for a process that serves a node.",
    subcommands: [Serve.self, Top.self])
}

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Answer on an admin socket until SIGTERM.")

  @Argument(help: "Of the socket.")
  var path: String

  func run() async throws {
    let service = AdminService(
      path: path, inspector: await FakeNode.inspector(),
      logger: Logger(label: "fake-proxy") { _ in SwiftLogNoOpLogHandler() }
    ) { event in
      if case .failed(let error) = event {
        print(error)
        Glibc.exit(1)
      }
    }
    try await service.run()
  }
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
