import Addressing
import Glibc
import KernelFakes
import LinuxNode
import Netlink
import Reconciler
import Synchronization
import TransportFakes

/// The program from its core's input to the last byte, over a kernel in memory. Time stands still, so that nothing
/// happens but what is asked for.
struct Node {
  static let name = "this-node"

  private let kernel = CountedKernel()
  private let loop: ReconcileLoop

  init() {
    loop = ReconcileLoop(
      kernel: kernel,
      core: ReconcilerCore(
        CoreConfiguration(resolver: ResolverPolicy(nodeName: Self.name, families: CountedKernel.families))),
      time: ManualTime(jumps: true))
  }

  /// Hands the changes in and brings them into force, up to the last real server that has drained.
  func measure(_ changes: [InputChange]) async throws -> Measurement {
    try await measure { await loop.submit(InputBatch(changes, isComplete: true)) }
  }

  /// A full comparison with the kernel.
  func measureResync() async throws -> Measurement {
    try await measure { await loop.requestResync() }
  }

  private func measure(_ trigger: () async -> Void) async throws -> Measurement {
    kernel.reset()
    let start = processorTime()
    await trigger()
    let convergence = await loop.converge()
    let time = processorTime() - start
    guard convergence.isComplete else { throw Unfinished(failures: convergence.failures) }
    return Measurement(cost: kernel.cost, processorTime: time)
  }

  /// Of this process, all threads.
  private func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

struct Measurement {
  var cost: Cost
  /// Depends on the machine, and has the kernel in memory in it.
  var processorTime: Duration
}

/// The kernel in memory refused something: then there is a mistake here.
struct Unfinished: Error {
  let failures: [Failure]
}

/// The netlink half of the kernel; rules and settings send nothing that netlink counts.
private final class CountedKernel: Kernel {
  static let families: Set<IPFamily> = [.ipv4]

  private let fake = CountingKernel()
  private let netlink: NetlinkKernel
  private let operations = Mutex(0)

  init() {
    let fake = self.fake
    netlink = NetlinkKernel { (family) throws(NetlinkError) in fake.transport(family) }
  }

  var cost: Cost { Cost(operations: operations.withLock { $0 }, fake) }

  func reset() {
    operations.withLock { $0 = 0 }
    fake.resetCounts()
  }

  func prepare() async throws(KernelError) -> [Notice] {
    try await netlink.ensureSets(Array(Self.families)) + netlink.ensureDevice()
  }

  func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    try await netlink.read(part, Array(Self.families))
  }

  func apply(_ operations: [Operation]) async -> [KernelError?] {
    self.operations.withLock { $0 += operations.count }
    return await netlink.apply(operations)
  }

  func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] {
    try await netlink.connections(of: ids)
  }
}
