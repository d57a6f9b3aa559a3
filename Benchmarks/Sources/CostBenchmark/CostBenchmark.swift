import Dispatch
import FoundationEssentials
import Glibc

/// What changes cost, counted where the bytes leave for the kernel.
@main
struct CostBenchmark {
  private static let legend = """
    Each Service has \(Sample.endpoints) endpoints. A change is counted from the core's input to the last byte of the last
    message and the reading of its answer; the kernel in memory that answers counts for nothing.
      operations      lines of ipvsadm, ipset and ip that would do the same. A real server leaves in two: weight 0, and
                      its removal once it has no connections
      writing         netlink messages that change the kernel
      reading         netlink messages that ask: before a real server goes for its connections, in a full comparison
                      for everything
      sends, bytes    system calls that take all of these messages to the kernel, and what they carry
      allocations     calls of malloc and its kin; allocated are the bytes they ask for (medians of five Services)
      instructions    of all threads, counted by callgrind (likewise)
    """

  /// Not an asynchronous main: that waits in a sigsuspend which ends valgrind 3.19.
  static func main() {
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
      await run()
      isDone.signal()
    }
    isDone.wait()
  }

  private static func run() async {
    do {
      let arguments = try Arguments(CommandLine.arguments.dropFirst())
      let instructions = InstructionCounter(file: arguments.callgrindFile)
      var rows: [Row] = []
      for services in arguments.sizes { rows += try await Row.measure(services: services, instructions) }
      print(Table(rows))
      print("\n" + legend)
      if let file = arguments.jsonFile { try write(rows, to: file) }
      if let file = arguments.baselineFile { try check(rows, file) }
    } catch is Arguments.Invalid {
      print(Arguments.usage)
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

  private static func check(_ rows: [Row], _ file: String) throws {
    let baseline = try JSONDecoder().decode([Row].self, from: Data(contentsOf: URL(filePath: file)))
    let complaints = Gate(rows: rows).complaints(baseline)
    if complaints.isEmpty { return }
    print("\nThese counts don't hold:\n" + complaints.map { "  \($0)" }.joined(separator: "\n"))
    exit(2)
  }
}
