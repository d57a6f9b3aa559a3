import ArgumentParser
import Inspection
import LiveTraffic
import Reconciler
import Terminal

struct TopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Show live what each Service and each of its real servers carries.",
    discussion: """
      Connections a second, active connections, and bytes in and out a second, from the kernel's counters: averages \
      over the interval. Real servers with weight 0 drain. Names of Services come from the running process or, \
      with --manifests, --kubeconfig or --config, from the source; without either there are addresses.

      Keys: c, a, i, o, n sort by connections a second, active connections, bytes in, bytes out or name; r shows or \
      hides real servers; arrows, PgUp, PgDn, Home and End move; q or Ctrl-C leaves.

      Examples:
        ipvs-proxy top
        ipvs-proxy top -n shop --sort active
        ipvs-proxy top --once --interval 10               a table of ten seconds' averages, for pipes
        ipvs-proxy top --once -o json | jq '.items[] | select(.drainingRealServers > 0) | .name'

      Exit statuses: 0 left, or printed; 1 the kernel can't be read; 3 -n, and no process answers; 64 wrong flags.
      """, helpNames: [.short, .long])

  @Option(name: [.short, .long], help: ArgumentHelp("Only this namespace's Services.", valueName: "ns"))
  var namespace: String?

  @Option(help: ArgumentHelp("Between two readings, 0.1 to 3600.", valueName: "seconds"))
  var interval = 2.0

  @Option(help: "connections, active, in, out or name.")
  var sort = TrafficOrder.connections

  @Flag(help: "Print one table, over one interval, and end.")
  var once = false

  @Option(name: [.short, .long], help: "With --once: json or yaml, for programs.")
  var output: StatusCommand.Format?

  @OptionGroup var source: QuestionOptions

  func validate() throws {
    guard (0.1...3600).contains(interval) else {
      throw ValidationError("--interval must be 0.1 to 3600 seconds, not \(interval)")
    }
    guard once || output == nil else { throw ValidationError("-o is for --once") }
    guard once || FullScreen.isPossible else {
      throw ValidationError("top draws on a terminal; here is none, or a dumb one: --once prints a table")
    }
  }

  func run() async throws {
    try await endingWithStatus {
      let time = SystemTime()
      var reader = TrafficReader(
        source: NodeTraffic(interrogation: source.interrogation), namespace: namespace, now: { time.now() })
      // What fails at the start ends the program before the terminal is taken.
      let rows = try await reader.read(sort, window: once ? nil : 0..<FullScreen.size.rows)
      guard reader.hasNames || namespace == nil else {
        throw FatalError(
          .noProcess,
          "no ipvs-proxy answers on \(source.adminSocket), so nobody knows namespaces: leave out -n, or name a source "
            + "with --manifests or --kubeconfig")
      }
      if once {
        try await printOnce(&reader, time)
      } else {
        await LiveTraffic.follow(reader, rows: rows, order: sort, every: .seconds(interval))
      }
    }
  }

  private func printOnce(_ reader: inout TrafficReader, _ time: SystemTime) async throws {
    try await time.sleep(until: time.now() + .seconds(interval))
    let rows = try await reader.read(sort, window: nil)
    if !reader.hasNames {
      writeError("ipvs-proxy: no ipvs-proxy answers on \(source.adminSocket): addresses instead of names")
    }
    switch output {
    case nil: Printing.print(LiveTraffic.table(rows, order: sort, .ofStandardOutput()))
    case .json: print(try Printing.json(ItemList(rows)))
    case .yaml: print(try Printing.yaml(ItemList(rows)), terminator: "")
    }
  }
}

extension TrafficOrder: ExpressibleByArgument {}
