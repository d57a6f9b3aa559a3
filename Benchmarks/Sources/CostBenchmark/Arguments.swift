/// The command line.
struct Arguments {
  struct Invalid: Error {}

  static let usage = """
    usage: CostBenchmark [--json FILE] [--check FILE] [--callgrind FILE] [SERVICES…]
    Counts what one change costs on a node with that many Services (20 to 60,000; without any: 100 1000 10000 50000).
      --json FILE       writes the counts there
      --check FILE      compares them with those written there before; exit status 2 when they don't hold
      --callgrind FILE  under valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file=FILE: instructions too
    """

  private(set) var jsonFile: String?
  private(set) var baselineFile: String?
  private(set) var callgrindFile: String?
  private(set) var sizes: [Int] = []

  init(_ arguments: some Sequence<String>) throws(Invalid) {
    var rest = Array(arguments.reversed())
    while let argument = rest.popLast() {
      switch argument {
      case "--json": jsonFile = try Self.value(&rest)
      case "--check": baselineFile = try Self.value(&rest)
      case "--callgrind": callgrindFile = try Self.value(&rest)
      default:
        guard let size = Int(argument), (20...60_000).contains(size) else { throw Invalid() }
        sizes.append(size)
      }
    }
    if sizes.isEmpty { sizes = [100, 1000, 10_000, 50_000] }
  }

  private static func value(_ rest: inout [String]) throws(Invalid) -> String {
    guard let value = rest.popLast() else { throw Invalid() }
    return value
  }
}
