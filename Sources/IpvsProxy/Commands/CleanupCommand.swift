import Addressing
import ArgumentParser
import LinuxNode
import Logging
import Reconciler

struct CleanupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cleanup", abstract: "Take away exactly what is ours, and nothing of others.",
    discussion: """
      Virtual servers and addresses are ours when the KUBE- sets record them; the sets themselves, the rules and \
      chains of a Service proxy in ipvs mode go too, and kube-ipvs0 unless somebody else's address is left on it. \
      Kernel settings (sysctls) stay as they are.

      Examples:
        systemctl stop ipvs-proxy && ipvs-proxy cleanup
        ipvs-proxy cleanup -v 2                          with a line for each object

      Exit statuses: 0 nothing of ours is left; 1 something could not be removed, the log names it; 4 another instance, \
      or kube-proxy, serves this node; 64 wrong flags.
      """, helpNames: [])

  @Argument(parsing: .captureForPassthrough, help: "Flags: see 'ipvs-proxy cleanup --help'.")
  var arguments: [String] = []

  func run() async throws {
    try await endingWithStatus {
      try await Cleanup(logger: try Options(arguments, of: .cleanup).logger).run()
    }
  }
}

/// The command `cleanup`, and kube-proxy's flag `--cleanup`.
struct Cleanup {
  let logger: Logger

  /// - Throws: FatalError, or an exit status when the log has told what could not be removed.
  func run() async throws {
    let events = EventLogger(logger: logger)
    let lock = try InstanceLock.acquire()
    // Whatever the node serves now, an earlier run may have served both.
    let kernel = LinuxKernel(NodeConfiguration(families: IPFamily.allCases))
    let loop = ReconcileLoop(
      kernel: ObjectsOnly(kernel: kernel),
      core: ReconcilerCore(CoreConfiguration(resolver: ResolverPolicy(nodeName: ""))),
      report: { events.log($0) })
    // A node port's set names no address: its virtual servers are ours on the node's own.
    await loop.submit(addresses: try await NodeAddressWatcher().read())
    await loop.submit(InputBatch([], isComplete: true))
    let convergence = await loop.converge()
    events.log(convergence)
    if !convergence.isComplete { throw ExitStatus.failure.code }
    do throws(KernelError) {
      for notice in try await kernel.teardown() { events.log(.notice(notice)) }
    } catch {
      throw FatalError(.failure, "\(error)")
    }
    withExtendedLifetime(lock) {}
  }
}

/// The kernel's objects without what they rest on: to clean up, nothing must be made first.
private struct ObjectsOnly: Kernel {
  let kernel: LinuxKernel

  func prepare() async throws(KernelError) -> [Notice] { [] }
  func read(_ part: KernelPart) async throws(KernelError) -> KernelReading { try await kernel.read(part) }
  func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] { await kernel.apply(operations) }
  func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int { 0 }
  func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] {
    try await kernel.connections(of: ids)
  }
}
