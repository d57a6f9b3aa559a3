import Addressing
import Dispatch
import FoundationEssentials
import Glibc
import KernelFakes
import LinuxNode
import Reconciler

/// What the program needs on a real kernel, in this network namespace, to be held against Floor's figures.
@main
struct KernelBenchmark {
  private static let usage = """
    usage: KernelBenchmark prepare | objects SERVICES FILE | run SERVICES | idle SERVICES SECONDS | rehearse SERVICES
                           | core SERVICES
      prepare    settings, sets, rules and device: what everything else rests on
      objects    writes the objects that so many Services ask for to a file, for Floor
      run        from a snapshot in memory to an equal kernel, then a full comparison with nothing to do
      idle       the same, then what so many seconds without any change cost
      rehearse   `run` over a kernel in memory
      core       the cold start of the core alone, without any kernel
    """

  /// Not an asynchronous main: that waits in a sigsuspend which ends valgrind 3.19.
  static func main() {
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
      await carryOut()
      isDone.signal()
    }
    isDone.wait()
  }

  private static func carryOut() async {
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      switch (arguments.first, arguments.count) {
      case ("prepare", 1): try await prepare()
      case ("objects", 3): try await writeObjects(try count(arguments[1]), to: arguments[2])
      case ("run", 2): _ = try await run(try count(arguments[1]))
      case ("idle", 3): try await idle(try count(arguments[1]), seconds: try count(arguments[2]))
      case ("rehearse", 2): try await rehearse(try count(arguments[1]))
      case ("core", 2):
        var run = CoreRun(core())
        try run.start(from: Snapshot(services: try count(arguments[1])))
      default: throw Invalid()
      }
    } catch is Invalid {
      print(usage)
      exit(64)
    } catch {
      print("KernelBenchmark: \(error)")
      exit(1)
    }
  }

  private struct Invalid: Error {}

  private static func count(_ text: String) throws -> Int {
    guard let count = Int(text), (1...50_000).contains(count) else { throw Invalid() }
    return count
  }

  private static func prepare() async throws {
    let watch = Stopwatch()
    _ = try await kernel().prepare()
    watch.print("prepare")
  }

  private static func writeObjects(_ services: Int, to file: String) async throws {
    let loop = ReconcileLoop(kernel: FakeKernel(), core: core())
    await submit(Snapshot(services: services), to: loop)
    let text = ObjectLines(try await loop.plan()).lines.joined(separator: "\n") + "\n"
    try Data(text.utf8).write(to: URL(filePath: file))
  }

  /// Sets, rules and device are made before the clock starts: forking iptables costs the same at every size, and the
  /// floor finds them made too. The rehearsal is for the emulator, which translates each piece of code when it first
  /// runs: at a thousand Services that would be most of the figure.
  private static func run(_ services: Int) async throws -> ReconcileLoop {
    let linux = kernel()
    let preparation = Stopwatch()
    _ = try await linux.prepare()
    preparation.print("prepare")
    let rehearsal = Stopwatch()
    _ = try await converge(rehearsedServices, MemoryKernel(), isPrinting: false)
    rehearsal.print("rehearsal")
    return try await converge(services, linux, isPrinting: true)
  }

  private static let rehearsedServices = 200

  private static func rehearse(_ services: Int) async throws {
    _ = try await converge(services, MemoryKernel(), isPrinting: true)
  }

  private static func converge(
    _ services: Int, _ kernel: any Kernel, isPrinting: Bool
  ) async throws -> ReconcileLoop {
    let timed = TimedKernel(kernel)
    let loop = ReconcileLoop(kernel: timed, core: core())
    let changes = Snapshot(services: services).changes
    let cold = Stopwatch()
    await submit(changes, to: loop)
    try await converge(loop)
    if isPrinting { cold.print("ours", details: timed.takeDurations()) }
    let resync = Stopwatch()
    await loop.requestResync()
    try await converge(loop)
    if isPrinting { resync.print("ours-resync", details: timed.takeDurations()) }
    return loop
  }

  /// With the program's own sync period, so that the comparisons that fall due are part of it.
  private static func idle(_ services: Int, seconds: Int) async throws {
    let loop = try await run(services)
    let rounds = Task { await loop.run() }
    let watch = Stopwatch()
    try await Task.sleep(for: .seconds(seconds))
    watch.print("idle")
    rounds.cancel()
    await rounds.value
  }

  private static func converge(_ loop: ReconcileLoop) async throws {
    let convergence = await loop.converge()
    guard convergence.isComplete else { throw Unfinished(convergence: convergence) }
  }

  private struct Unfinished: Error { let convergence: Convergence }

  private static func submit(_ snapshot: Snapshot, to loop: ReconcileLoop) async {
    await submit(snapshot.changes, to: loop)
  }

  private static func submit(_ changes: [InputChange], to loop: ReconcileLoop) async {
    await loop.submit(addresses: [Snapshot.nodeAddress])
    await loop.submit(InputBatch(changes, isComplete: true))
  }

  private static func kernel() -> LinuxKernel { LinuxKernel(NodeConfiguration(families: [.ipv4])) }

  private static func core() -> ReconcilerCore {
    ReconcilerCore(
      CoreConfiguration(resolver: ResolverPolicy(nodeName: "this-node", families: [.ipv4])))
  }
}
