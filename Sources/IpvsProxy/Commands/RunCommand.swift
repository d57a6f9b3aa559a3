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

  @OptionGroup var agent: AgentOptions
  @OptionGroup var log: LogOptions

  @Flag(
    help:
      "One converged round, then an exit status that tells. Connections that still drain are left to the next."
  )
  var once = false

  func run() async throws {
    try await endingWithStatus {
      let logger = log.makeLogger()
      try agent.check()
      let lock = try InstanceLock.acquire()
      let manifests = agent.manifests(persist: true)
      let first = await manifests.load()
      let node = try await ServedNode(agent, node: first.batch.node, logger: logger)
      node.events.log(first.diagnostics)
      // Before any Service: node ports are served where the node has addresses.
      await node.loop.submit(addresses: try await node.addresses.read())
      await node.loop.submit(first.batch)
      if once {
        try await finish(node, first)
      } else {
        try await serve(node, manifests, logger)
      }
      withExtendedLifetime(lock) {}
    }
  }

  private func finish(_ node: ServedNode, _ update: ManifestUpdate) async throws {
    let convergence = await node.loop.converge()
    node.events.log(convergence)
    if !convergence.isComplete { throw ExitStatus.failure.code }
    if update.hasErrors { throw ExitStatus.manifestErrors.code }
  }

  private func serve(_ node: ServedNode, _ manifests: ManifestSource, _ logger: Logger) async throws {
    let group = ServiceGroup(
      services: [
        ManifestFeeder(manifests: manifests, loop: node.loop, events: node.events),
        AddressFeeder(addresses: node.addresses, loop: node.loop), LoopRunner(loop: node.loop),
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

/// Hands each change of the node's addresses to the loop.
struct AddressFeeder: ServiceLifecycle.Service {
  let addresses: NodeAddressWatcher
  let loop: ReconcileLoop

  func run() async throws {
    for await current in addresses.addresses().cancelOnGracefulShutdown() {
      await loop.submit(addresses: current)
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

extension ManifestUpdate {
  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

extension Logger {
  /// For libraries: their warnings only, unless debugging.
  fileprivate var quiet: Logger {
    var copy = self
    if copy.logLevel > .debug { copy.logLevel = .warning }
    return copy
  }
}
