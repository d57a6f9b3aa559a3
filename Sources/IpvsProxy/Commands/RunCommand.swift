import ArgumentParser
import Kubernetes
import LinuxNode
import Logging
import Reconciler
import ServiceLifecycle
import UnixSignals

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Keep the kernel equal to the manifests (the default).")

  @OptionGroup var mode: ModeOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var log: LogOptions

  @Flag(
    help:
      "One converged round, then an exit status that tells. Connections that still drain are left to the next."
  )
  var once = false

  func run() async throws {
    try await endingWithStatus {
      let logger = log.makeLogger()
      try node.checkOverlap(with: source.serviceClusterIPRange.networks)
      let lock = try InstanceLock.acquire()
      let node = try await ServedNode(node, mode: mode.mode, logger: logger)
      let manifests = ManifestSource(source.configuration(persist: true))
      if once {
        try await runOnce(node, manifests)
      } else {
        try await serve(node, manifests, logger)
      }
      withExtendedLifetime(lock) {}
    }
  }

  private func runOnce(_ node: ServedNode, _ manifests: ManifestSource) async throws {
    let update = await manifests.load()
    node.events.log(update.diagnostics)
    await node.loop.submit(update.batch)
    let convergence = await node.loop.converge()
    node.events.log(convergence)
    if !convergence.isComplete { throw ExitStatus.failure.code }
    if update.diagnostics.contains(where: { $0.severity == .error }) { throw ExitStatus.manifestErrors.code }
  }

  private func serve(_ node: ServedNode, _ manifests: ManifestSource, _ logger: Logger) async throws {
    let group = ServiceGroup(
      services: [
        ManifestFeeder(manifests: manifests, loop: node.loop, events: node.events),
        LoopRunner(loop: node.loop),
      ],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger.quiet)
    do {
      try await group.run()
    } catch {
      throw FatalError(.failure, "ended unexpectedly: \(error)")
    }
    logger.info("stopped; what is in force stays in force")
  }
}

/// Hands each change of the manifests to the loop.
struct ManifestFeeder: ServiceLifecycle.Service {
  let manifests: ManifestSource
  let loop: ReconcileLoop
  let events: EventLogger

  func run() async throws {
    for await update in manifests.updates().cancelOnGracefulShutdown() {
      events.log(update.diagnostics)
      await loop.submit(update.batch)
    }
  }
}

/// The loop as a service of the process.
struct LoopRunner: ServiceLifecycle.Service {
  let loop: ReconcileLoop

  func run() async throws {
    await cancelWhenGracefulShutdown { await loop.run() }
  }
}

extension Logger {
  /// For libraries: their warnings only, unless debugging.
  fileprivate var quiet: Logger {
    var copy = self
    if copy.logLevel > .debug { copy.logLevel = .warning }
    return copy
  }
}
