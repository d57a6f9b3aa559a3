import Addressing
import LinuxNode
import Logging
import Reconciler

/// The kernel of this node with a loop that keeps it, checked and ready to go.
struct ServedNode {
  let kernel: LinuxKernel
  let loop: ReconcileLoop
  let events: EventLogger

  /// - Throws: FatalError when the node lacks something the program can't do without.
  init(_ options: NodeOptions, mode: String, logger: Logger) async throws {
    let families = EnabledFamilies.detect()
    let configuration = options.nodeConfiguration(families: families)
    kernel = LinuxKernel(configuration)
    let missing = await kernel.missingPrerequisites()
    if !missing.isEmpty {
      throw FatalError(
        .prerequisitesMissing, missing.map(\.description).joined(separator: "\nipvs-proxy: "))
    }
    logger.info(
      """
      ipvs-proxy \(Version.current): mode \(mode), node \(options.nodeName), \
      \(families.map(\.description).joined(separator: " and ")), scheduler \(options.scheduler), \
      kernel \(LinuxKernel.release)
      """)
    let events = EventLogger(logger: logger)
    self.events = events
    loop = ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(options.coreConfiguration(families: families)),
      configuration: options.loopConfiguration, report: { events.log($0) })
  }
}

extension InstanceLock {
  /// The lock, or the sentence to end with.
  static func acquire() throws -> InstanceLock {
    do throws(InstanceLock.Failure) {
      return try InstanceLock()
    } catch {
      throw FatalError(error == .alreadyRunning ? .alreadyRunning : .failure, "\(error)")
    }
  }
}
