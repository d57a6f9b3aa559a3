import Addressing
import LinuxNode
import Logging
import ProxyConfiguration
import Reconciler

/// The kernel of this node with a loop that keeps it, checked and ready to go.
struct ServedNode: Sendable {
  let kernel: LinuxKernel
  let loop: ReconcileLoop
  let addresses: NodeAddressWatcher

  /// - Throws: FatalError when the node lacks something the program can't do without.
  init(
    _ configuration: ProxyConfiguration, families: [IPFamily], node: NodeInput?,
    addresses: NodeAddressWatcher,
    logger: Logger, report: @escaping @Sendable (CoreEvent) -> Void,
    observer: @escaping @Sendable (LoopObservation) -> Void
  ) async throws {
    self.addresses = addresses
    kernel = LinuxKernel(try configuration.nodeConfiguration(families: families, node: node))
    try FatalError.throwIfMissing(await kernel.missingPrerequisites())
    logger.info(
      """
      ipvs-proxy \(Version.current): mode ipvs, node \(configuration.nodeName), \
      \(families.map(\.description).joined(separator: " and ")), scheduler \(configuration.ipvs.schedulerName), \
      kernel \(LinuxKernel.release)
      """)
    loop = ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(configuration.coreConfiguration(families: families)),
      configuration: configuration.loopConfiguration, report: report, observer: observer)
  }
}

extension NodeAddressWatcher {
  /// The node's addresses as they are now.
  /// - Throws: FatalError when they can't be read: nothing could be said about node ports.
  func read() async throws -> Set<IPAddress> {
    do throws(KernelError) {
      return try await current()
    } catch {
      throw FatalError(.failure, "\(error)")
    }
  }
}

extension InstanceLock {
  /// The lock, or the sentence to end with. Neither a second instance nor kube-proxy may work beside whoever holds it.
  static func acquire() throws -> InstanceLock {
    let lock: InstanceLock
    do throws(InstanceLock.Failure) {
      lock = try InstanceLock()
    } catch {
      throw FatalError(error == .alreadyRunning ? .alreadyRunning : .failure, "\(error)")
    }
    if let kubeProxy = RunningKubeProxy.find() { throw FatalError(.alreadyRunning, "\(kubeProxy)") }
    return lock
  }
}
