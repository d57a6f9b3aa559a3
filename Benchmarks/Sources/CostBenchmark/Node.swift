import Addressing
import CCounting
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
  private let instructions: InstructionCounter?

  init(counting instructions: InstructionCounter?) {
    self.instructions = instructions
    loop = ReconcileLoop(
      kernel: kernel,
      core: ReconcilerCore(
        CoreConfiguration(resolver: ResolverPolicy(nodeName: Self.name, families: CountedKernel.families))),
      time: ManualTime(jumps: true))
  }

  /// Hands the changes in and brings them into force, up to the last real server that has drained.
  func carryOut(_ changes: [InputChange]) async throws {
    await loop.submit(InputBatch(changes, isComplete: true))
    try await converge()
  }

  /// - Returns: what it cost to carry the changes out.
  func measure(_ changes: [InputChange]) async throws -> Cost {
    try await measure { await loop.submit(InputBatch(changes, isComplete: true)) }
  }

  /// - Returns: what a full comparison with the kernel cost.
  func measureResync() async throws -> Cost {
    try await measure { await loop.requestResync() }
  }

  private func measure(_ trigger: () async -> Void) async throws -> Cost {
    kernel.reset()
    instructions?.start()
    counting_start()
    await trigger()
    try await converge()
    let memory = counting_stop()
    return Cost(
      traffic: kernel.traffic, allocations: Int(memory.allocations), allocatedBytes: Int(memory.bytes),
      instructions: try instructions?.stop())
  }

  private func converge() async throws {
    let convergence = await loop.converge()
    guard convergence.isComplete else { throw Unfinished(failures: convergence.failures) }
  }
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
    netlink = NetlinkKernel { (family) throws(NetlinkError) in UncountedTransport(fake.transport(family)) }
  }

  var traffic: Traffic { Traffic(operations: operations.withLock { $0 }, fake) }

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

  func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int {
    try await netlink.forgetUDPFlows(of: ids)
  }
}
