import Inspection
import Kubernetes
import LinuxNode
import ProxyConfiguration
import Reconciler

/// What flags and source want, beside the kernel as it is: for commands that change nothing and need no process.
struct Preview: Sendable {
  let kernel: LinuxKernel
  let loop: ReconcileLoop
  let rules: TrafficRules
  /// Whether some manifests can't be read; stderr has told which.
  let hasManifestErrors: Bool
  /// Nil where they aren't kept.
  let unserved: [UnservedService]?

  /// - Throws: FatalError when the source can't be read.
  init(_ options: Options) async throws {
    let configuration = options.configuration
    let batch: InputBatch
    switch configuration.source {
    case .manifests:
      let source = ManifestSource(configuration.manifestConfiguration(persist: false))
      let update = await source.load()
      for diagnostic in update.diagnostics { writeError("ipvs-proxy: \(diagnostic)") }
      hasManifestErrors = update.hasErrors
      unserved = await source.snapshot.unservedServices
      batch = update.batch
    case .cluster:
      // What is printed is the answer: what else there is to tell goes to stderr, from warnings up.
      let logger = options.logger.quiet
      let log = EventLogger(logger: logger)
      batch = try await ClusterConnection.with(
        configuration, metrics: MetricsBase().source, logger: logger
      ) { try await $0.readOnce { log.log($0) } }
      hasManifestErrors = false
      unserved = nil
    }
    let adapted = batch.adapted(to: configuration, isFirst: true)
    let families = EnabledFamilies.detect()
    kernel = LinuxKernel(try configuration.nodeConfiguration(families: families, node: adapted.node))
    loop = ReconcileLoop(
      kernel: kernel, core: ReconcilerCore(configuration.coreConfiguration(families: families)))
    rules = try configuration.trafficRules(adapted.node)
    await loop.submit(addresses: try await NodeAddressWatcher().read())
    await loop.submit(adapted)
  }

  /// Reads the kernel and answers by it. Where it can't be read nothing counts as in force.
  func inspector() async -> Inspector {
    do throws(KernelError) {
      _ = try await loop.plan()
    } catch {
      writeError("ipvs-proxy: the kernel can't be read, so nothing counts as in force: \(error)")
    }
    return Inspector(
      loop, rules: rules,
      process: {
        ProcessFacts(
          process: nil, source: [], healthProblems: [], lastRound: nil,
          drift: DriftStatus(operations: 0, rounds: 0, lastSecondsAgo: nil))
      }, unserved: { [unserved] in unserved })
  }
}
