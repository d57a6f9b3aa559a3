import Addressing
import Endpoints
import Inspection
import LinuxNode
import Logging
import ProxyConfiguration
import Reconciler
import ServiceLifecycle
import UnixSignals

/// This node's kernel with the loop that keeps it and all that tells about it, wherever Services come from.
struct Agent: Sendable {
  let node: ServedNode
  let telemetry: Telemetry
  let log: EventLogger

  private let options: Options
  private let startAddresses: Set<IPAddress>
  private let rules: TrafficRules

  var loop: ReconcileLoop { node.loop }

  /// - Throws: FatalError when the node lacks something the program can't do without.
  init(_ options: Options, _ base: MetricsBase, node input: NodeInput?, events: ClusterEvents?) async throws {
    let configuration = options.configuration
    let families = EnabledFamilies.detect()
    let log = EventLogger(logger: options.logger)
    let addresses = NodeAddressWatcher()
    startAddresses = try await addresses.read()
    let telemetry = Telemetry(
      configuration, base, families: families, nodeAddresses: startAddresses, logger: options.logger,
      events: events)
    node = try await ServedNode(
      configuration, families: families, node: input, addresses: addresses, logger: options.logger,
      report: { event in
        log.log(event)
        events?.note(event)
      },
      observer: {
        telemetry.observe($0)
        Memory.trim(after: $0)
      })
    rules = try configuration.trafficRules(input)
    self.options = options
    self.telemetry = telemetry
    self.log = log
  }

  /// To be called before any Service is handed in: node ports are served where the node has addresses.
  func submitAddresses() async { await loop.submit(addresses: startAddresses) }

  /// One converged round.
  /// - Throws: an exit status when the log has told what is not in force.
  func finish() async throws {
    let convergence = await loop.converge()
    log.log(convergence)
    if !convergence.isComplete { throw ExitStatus.failure.code }
  }

  /// Serves until SIGTERM or SIGINT, together with what hands in Services.
  /// - Parameters:
  ///   - feeders: what hands them in.
  ///   - source: what can be told of where they come from.
  /// - Throws: FatalError.
  func serve(_ feeders: [any Service], source: SourceView) async throws {
    var services =
      feeders + [AddressFeeder(addresses: node.addresses, loop: loop), LoopRunner(loop: loop)]
      + telemetry.services(for: node) + adminServices(source)
    if let file = options.configFile { services.append(ConfigFileWatcher(file: file)) }
    // What fails ends the others as a signal does, not in the middle of what they do.
    let members = services.map {
      ServiceGroupConfiguration.ServiceConfiguration(
        service: $0, failureTerminationBehavior: .gracefullyShutdownGroup)
    }
    let configuration = ServiceGroupConfiguration(
      services: members, gracefulShutdownSignals: [.sigterm, .sigint], logger: options.logger.quiet)
    do {
      try await ServiceGroup(configuration: configuration).run()
    } catch let error as FatalError {
      throw error
    } catch {
      throw FatalError(.failure, "ended unexpectedly: \(error)")
    }
    options.logger.info("stopped; what is in force stays in force")
  }

  private func adminServices(_ source: SourceView) -> [any Service] {
    let path = options.configuration.health.adminSocket
    guard !path.isEmpty else { return [] }
    let inspector = Inspector(
      loop, rules: rules,
      process: { [telemetry] in telemetry.processFacts(await source.status()) }, unserved: source.unserved)
    return [
      AdminService(path: path, inspector: inspector, logger: options.logger.quiet) {
        [logger = options.logger] event in
        switch event {
        case .listening(let path): logger.info("admin socket: listening on \(path)")
        case .failed(let error): logger.warning("\(error); tried again until it succeeds")
        }
      }
    ]
  }
}

/// What can be told of where Services come from.
struct SourceView: Sendable {
  let status: @Sendable () async -> [SourceStatus]
  /// Services that the node doesn't serve; nil where they aren't kept.
  let unserved: @Sendable () async -> [UnservedService]?
}

/// Hands each change of the node's addresses to the loop.
private struct AddressFeeder: Service {
  let addresses: NodeAddressWatcher
  let loop: ReconcileLoop

  func run() async throws {
    for await current in addresses.addresses().cancelOnGracefulShutdown() {
      await loop.submit(addresses: current)
    }
  }
}

/// The loop as a service of the process.
private struct LoopRunner: Service {
  let loop: ReconcileLoop

  func run() async throws {
    await cancelWhenGracefulShutdown { await loop.run() }
  }
}

extension Logger {
  /// For libraries: their warnings only, unless debugging.
  var quiet: Logger {
    var copy = self
    if copy.logLevel > .debug { copy.logLevel = .warning }
    return copy
  }
}
