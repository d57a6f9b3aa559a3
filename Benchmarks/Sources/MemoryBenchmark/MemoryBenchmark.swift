import Addressing
import Glibc
import HeapUse
import Reconciler

/// What the core keeps of a cluster on the heap, in bytes for each Service.
@main
struct MemoryBenchmark {
  static func main() {
    let sizes = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
    guard sizes.allSatisfy((1...60_000).contains) else {
      print(
        "usage: MemoryBenchmark [SERVICES…]\nBytes the core keeps for each Service (1 to 60,000; without any: 10000)."
      )
      exit(64)
    }
    for size in sizes.isEmpty ? [10_000] : sizes { print(Measurement(services: size), terminator: "\n\n") }
  }
}

/// Heap bytes of one core, by what they are kept for, all Services together.
struct Measurement: CustomStringConvertible {
  private let services: Int
  /// The objects as they are handed in: strings and lists that the core goes on to share.
  private let inputs: Int
  /// Tables of those objects, and what is to be in force.
  private let desired: Int
  /// What the kernel has, once it has all of it.
  private let known: Int
  /// Beyond that once a pod of each Service has given way to another.
  private let afterChurn: Int

  init(services: Int) {
    self.services = services
    let cluster = Cluster(services: services, endpointsPerService: 5)
    var core = ReconcilerCore(CoreConfiguration(resolver: ResolverPolicy(nodeName: Cluster.node)))
    _ = core.ingest(InputBatch([.nodeAddresses([Cluster.nodeAddress])], isComplete: false))
    let start = heap_use_bytes()
    var changes: [InputChange] = []
    changes.reserveCapacity(2 * services)
    let list = heap_use_bytes() - start
    for number in 0..<services { changes += [cluster.service(number), cluster.slice(number)] }
    let afterInputs = heap_use_bytes()
    inputs = afterInputs - start - list
    for change in changes { _ = core.ingest(InputBatch([change], isComplete: false)) }
    changes = []
    let afterDesired = heap_use_bytes()
    desired = afterDesired - afterInputs + list
    core.adopt(KernelState())
    core.settle()
    let afterKnown = heap_use_bytes()
    known = afterKnown - afterDesired
    for number in 0..<services {
      _ = core.ingest(InputBatch([cluster.slice(number, isReplaced: true)], isComplete: true))
      core.settle()
      // No real server that drains has a connection left.
      core.record(connections: [:], now: .zero)
      core.settle()
    }
    afterChurn = heap_use_bytes() - afterKnown
    withExtendedLifetime(core) {}
  }

  var description: String {
    let rows = [
      ("the objects", inputs), ("what is to be in force", desired), ("what the kernel has", known),
      ("more after a pod of each was replaced", afterChurn),
      ("together", inputs + desired + known + afterChurn),
    ]
    let head = "| Kept of \(services) Services of 5 endpoints | bytes a Service | MB |\n|---|---|---|\n"
    return head
      + rows.map { name, bytes in "| \(name) | \(bytes / services) | \(megabytes(bytes)) |" }
      .joined(separator: "\n")
  }

  /// Of 10^6 bytes, with one decimal.
  private func megabytes(_ bytes: Int) -> String { "\(bytes / 1_000_000).\(abs(bytes) / 100_000 % 10)" }
}

extension ReconcilerCore {
  /// Everything there is to do is done, without failures.
  fileprivate mutating func settle() {
    while hasWork {
      let plan = nextChunk(now: .zero)
      var progress = ChunkProgress(plan)
      for step in PlanStep.allCases {
        let results = [KernelError?](repeating: nil, count: plan[step].count)
        _ = record(plan[step], results, &progress, now: .zero, jitter: { 0 })
      }
      _ = finish(progress)
    }
  }
}
