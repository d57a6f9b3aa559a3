import FoundationEssentials
import Glibc
import KernelFakes

/// A thousand changes of endpoints a second, for a minute of simulated time.
@main
struct ChurnBenchmark {
  private static let usage = """
    usage: ChurnBenchmark [--json FILE] [SERVICES]
    What a thousand changes a second wait for on a node with that many Services (100 to 60,000; without it 10,000).
    """

  private static let legend = """
    Five endpoints a Service; each change adds or takes away an endpoint or its readiness. Time is simulated: a message to
    IPVS takes 75 µs, a set member 3 µs, the dump of one virtual server's real servers 250 µs, an entry of another dump
    4 µs; our own processor time passes no time in it. Exact, the same on every machine:
      resyncs         full comparisons, the start left out: one each 30 s; after an answer was lost, one at once
      median … worst  from handing a change in until the kernel had answered all of it
      in flight       the longest that a single call of the kernel took: a change waits for one and then its own
      batches         handed in and not taken up, at most
      objects         virtual servers, members and addresses in line, at most (those of the start left out with a *)
    And of this machine: processor time for each change, and the process' own memory (RssAnon) with the kernel in memory
    and 16 bytes for each change's figure in it, before the first change, after the last one, and 40 s later.
    """

  static func main() async {
    do {
      let arguments = try Arguments(CommandLine.arguments.dropFirst())
      var rows: [Row] = []
      for scenario in Scenario.all(services: arguments.services) {
        rows.append(try await Row.measure(scenario))
      }
      print(Row.table(rows))
      print("\n" + legend)
      if let file = arguments.file { try write(rows, to: file) }
    } catch is Arguments.Invalid {
      print(usage)
      exit(64)
    } catch {
      print("ChurnBenchmark: \(error)")
      exit(1)
    }
  }

  private static func write(_ rows: [Row], to file: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(rows).write(to: URL(filePath: file))
  }
}

private struct Arguments {
  struct Invalid: Error {}

  var file: String?
  var services = 10_000

  init(_ arguments: ArraySlice<String>) throws(Invalid) {
    var rest = arguments
    while let argument = rest.popFirst() {
      if argument == "--json", let file = rest.popFirst() {
        self.file = file
      } else if let services = Int(argument), (100...60_000).contains(services) {
        self.services = services
      } else {
        throw Invalid()
      }
    }
  }
}
