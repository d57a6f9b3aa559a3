import Addressing
import LinuxNode
import Logging
import Reconciler

/// The kernel of this node with a loop that keeps it, checked and ready to go.
struct ServedNode {
  let kernel: LinuxKernel
  let loop: ReconcileLoop
  let addresses: NodeAddressWatcher
  let events: EventLogger

  /// - Throws: FatalError when the node lacks something the program can't do without.
  init(_ options: AgentOptions, node: NodeInput?, logger: Logger) async throws {
    let families = EnabledFamilies.detect()
    kernel = LinuxKernel(try options.nodeConfiguration(families: families, node: node))
    let missing = await kernel.missingPrerequisites()
    if !missing.isEmpty {
      throw FatalError(
        .prerequisitesMissing, missing.map(\.description).joined(separator: "\nipvs-proxy: "))
    }
    logger.info(
      """
      ipvs-proxy \(Version.current): mode \(options.mode.mode), node \(options.node.nodeName), \
      \(families.map(\.description).joined(separator: " and ")), scheduler \(options.node.scheduler), \
      kernel \(LinuxKernel.release)
      """)
    let events = EventLogger(logger: logger)
    self.events = events
    addresses = NodeAddressWatcher()
    loop = ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(options.coreConfiguration(families: families)),
      configuration: options.node.loopConfiguration, report: { events.log($0) })
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
