import FoundationEssentials
import Glibc

/// What changes cost, counted where the bytes leave for the kernel.
@main
struct CostBenchmark {
  private static let usage = """
    usage: CostBenchmark [--json FILE] [SERVICES…]
    Counts what one change costs on a node with that many Services (20 to 60,000; without any: 100 1000 10000 50000).
    """

  private static let legend = """
    Each Service has \(Sample.endpoints) endpoints. Counts are exact, the same on every machine:
      operations      lines of ipvsadm, ipset and ip that would do the same. A real server leaves in two: weight 0, and
                      its removal once it has no connections
      writing         netlink messages that change the kernel or make sure of something: a full comparison makes sure
                      of the sets, one "create" each, which changes nothing where they are
      reading         netlink messages that ask: before a real server goes for its connections, at start and in a
                      full comparison for everything
      sends, bytes    system calls that take all of these messages to the kernel, and what they carry
    * Processor time depends on the machine and has the kernel in memory in it; for a change it is the median of 20.
    """

  static func main() async {
    do {
      let arguments = try Arguments(CommandLine.arguments.dropFirst())
      var rows: [Row] = []
      for services in arguments.sizes { rows += try await Row.measure(services: services) }
      print(Table(rows))
      print("\n" + legend)
      if let file = arguments.file { try write(rows, to: file) }
    } catch is Arguments.Invalid {
      print(usage)
      exit(64)
    } catch {
      print("CostBenchmark: \(error)")
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
  var sizes: [Int] = []

  init(_ arguments: ArraySlice<String>) throws(Invalid) {
    var rest = arguments
    while let argument = rest.popFirst() {
      if argument == "--json", let file = rest.popFirst() {
        self.file = file
      } else if let size = Int(argument), (20...60_000).contains(size) {
        sizes.append(size)
      } else {
        throw Invalid()
      }
    }
    if sizes.isEmpty { sizes = [100, 1000, 10_000, 50_000] }
  }
}
