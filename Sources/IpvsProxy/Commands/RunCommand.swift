import ArgumentParser
import Kubernetes
import LinuxNode
import Logging
import ProxyConfiguration
import Reconciler
import ServiceLifecycle
import UnixSignals

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Keep the kernel equal to what is wanted (the default).", helpNames: [])

  @Argument(parsing: .captureForPassthrough, help: "Flags: see 'ipvs-proxy --help'.")
  var arguments: [String] = []

  func run() async throws {
    try await endingWithStatus {
      let options = try Options(arguments, of: .run)
      let process = options.configuration.process
      if !process.writeConfigTo.isEmpty {
        try write(options.configuration, to: process.writeConfigTo, options.logger)
      } else if process.cleanup {
        try await Cleanup(logger: options.logger).run()
      } else {
        OutOfMemoryScore.adjust(to: process.oomScoreAdjust, logger: options.logger)
        if process.initOnly {
          try await Initialization(configuration: options.configuration, logger: options.logger).run()
        } else {
          try await serve(options)
        }
      }
    }
  }

  private func write(_ configuration: ProxyConfiguration, to path: String, _ logger: Logger) throws {
    do throws(ConfigFile.Failure) {
      try ConfigFile.write(configuration.fileText, to: path)
    } catch {
      throw FatalError(.failure, "--write-config-to \(path) can't be written: \(error)")
    }
    logger.info("wrote the configuration to \(path)")
  }

  private func serve(_ options: Options) async throws {
    switch options.configuration.source {
    case .manifests: try await ManifestRun(options: options).run()
    case .cluster: throw FatalError.noCluster
    }
  }
}

extension FatalError {
  static let noCluster = FatalError(
    .usage,
    "watching the API server is not in this version: name a directory of manifests with --manifests.")
}

/// Serves what a directory of manifests says.
struct ManifestRun {
  let options: Options

  func run() async throws {
    let configuration = options.configuration
    let lock = try InstanceLock.acquire()
    let manifests = ManifestSource(configuration.manifestConfiguration(persist: true))
    let first = await manifests.load()
    let batch = first.batch.adapted(to: configuration, isFirst: true)
    let node = try await ServedNode(configuration, node: batch.node, logger: options.logger)
    node.events.log(first.diagnostics)
    // Before any Service: node ports are served where the node has addresses.
    await node.loop.submit(addresses: try await node.addresses.read())
    await node.loop.submit(batch)
    if configuration.process.once {
      try await finish(node, first)
    } else {
      try await serve(node, manifests)
    }
    withExtendedLifetime(lock) {}
  }

  private func finish(_ node: ServedNode, _ update: ManifestUpdate) async throws {
    let convergence = await node.loop.converge()
    node.events.log(convergence)
    if !convergence.isComplete { throw ExitStatus.failure.code }
    if update.hasErrors { throw ExitStatus.manifestErrors.code }
  }

  private func serve(_ node: ServedNode, _ manifests: ManifestSource) async throws {
    let services: [any ServiceLifecycle.Service] = [
      ManifestFeeder(
        manifests: manifests, configuration: options.configuration, loop: node.loop, events: node.events),
      AddressFeeder(addresses: node.addresses, loop: node.loop), LoopRunner(loop: node.loop),
    ]
    var group = services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
    if let file = options.configFile { group.append(ConfigFileWatcher(file: file).inGroup) }
    let configuration = ServiceGroupConfiguration(
      services: group, gracefulShutdownSignals: [.sigterm, .sigint], logger: options.logger.quiet)
    do {
      try await ServiceGroup(configuration: configuration).run()
    } catch let error as FatalError {
      throw error
    } catch {
      throw FatalError(.failure, "ended unexpectedly: \(error)")
    }
    options.logger.info("stopped; what is in force stays in force")
  }
}

/// Hands each change of the manifests to the loop.
struct ManifestFeeder: ServiceLifecycle.Service {
  let manifests: ManifestSource
  let configuration: ProxyConfiguration
  let loop: ReconcileLoop
  let events: EventLogger

  func run() async throws {
    for await update in manifests.updates().cancelOnGracefulShutdown() {
      events.log(update.diagnostics)
      await loop.submit(update.batch.adapted(to: configuration))
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
