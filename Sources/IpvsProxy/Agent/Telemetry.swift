import Addressing
import Endpoints
import Glibc
import Inspection
import LinuxNode
import Logging
import Monitoring
import ProxyConfiguration
import Reconciler
import ServiceLifecycle
import Synchronization

/// What the process tells about itself and the node: metrics, health, and the servers that are asked for them.
struct Telemetry: Sendable {
  let health: HealthMonitor
  let source: SourceMetrics

  private let configuration: ProxyConfiguration
  private let registry: MetricsRegistry
  private let proxy: ProxyMetrics
  private let kernel: KernelMetrics
  private let answers: ServerMetrics
  private let healthChecks: HealthCheckServers
  private let logger: Logger
  private let events: ClusterEvents?
  private let started = Moment.now()
  private let rounds = SharedRoundHistory()

  /// - Parameters:
  ///   - configuration: what was asked for.
  ///   - base: the registry that the source counts in already.
  ///   - families: those that are served.
  ///   - nodeAddresses: the node's own, at the start.
  ///   - logger: for what the servers tell.
  ///   - events: nil without a cluster.
  init(
    _ configuration: ProxyConfiguration, _ base: MetricsBase, families: [IPFamily],
    nodeAddresses: Set<IPAddress>, logger: Logger, events: ClusterEvents?
  ) {
    self.configuration = configuration
    self.logger = logger
    self.events = events
    registry = base.registry
    source = base.source
    let health = HealthMonitor(
      NodeHealth(
        families: families, syncPeriod: configuration.ipvs.syncPeriod,
        eligibility: .unknownNode(fromManifests: events == nil), now: started))
    self.health = health
    proxy = ProxyMetrics(registry, families: families, started: started.wall)
    kernel = KernelMetrics(registry, families: families)
    answers = ServerMetrics(registry)
    healthChecks = HealthCheckServers(
      addresses: configuration.traffic.healthCheckAddresses(families, of: nodeAddresses),
      isProxyHealthy: { health.problems().isEmpty }, logger: logger.quiet,
      report: { Self.tell($0, logger, events) })
    let files = ProcFiles()
    ProcessMetrics(
      registry, version: Version.current, kernel: LinuxKernel.release, platform: Version.platform
    ).follow(files, in: registry)
    NodeTotals(registry).follow(files, in: registry)
  }

  func observe(_ observation: LoopObservation) {
    let now = Moment.now()
    health.observe(observation)
    proxy.observe(observation, now: now.wall)
    kernel.observe(observation)
    healthChecks.observe(observation)
    rounds.observe(observation, now: now.elapsed)
  }

  /// What the process knows besides the loop.
  func processFacts(_ source: [SourceStatus]) -> ProcessFacts {
    let now = Moment.now()
    let history = rounds.value
    return ProcessFacts(
      process: ProcessStatus(
        version: Version.current, processID: getpid(), nodeName: configuration.nodeName,
        kernel: LinuxKernel.release, uptimeSeconds: Int((now.elapsed - started.elapsed).components.seconds),
        residentBytes: ProcFiles().process().map { Int($0.residentBytes) }),
      source: source, healthProblems: health.problems().map(\.description),
      lastRound: history.lastRound(now: now.elapsed), drift: history.drift(now: now.elapsed))
  }

  // MARK: - Servers

  func services(for node: ServedNode) -> [any Service] {
    var services: [any Service] = [healthChecks]
    let hardFail = configuration.health.bindAddressHardFail
    if let address = configuration.health.healthzBindAddress {
      services.append(
        HTTPService.health(
          on: address, failsHard: hardFail, health: health, metrics: answers,
          logger: logger.quiet, report: report("FailedToStartProxierHealthcheck")))
    }
    if let address = configuration.health.metricsBindAddress {
      services.append(
        HTTPService.metrics(
          on: address, failsHard: hardFail, content: content(node), logger: logger.quiet,
          report: report("FailedToStartMetricServer")))
    }
    return services
  }

  private func content(_ node: ServedNode) -> MetricsServerContent {
    MetricsServerContent(
      registry: registry, services: configuration.health.serviceMetrics ? counters(node) : nil,
      configuration: { [configuration] in configuration.jsonText },
      status: { [started, health, configuration] in
        StatusPage(
          version: Version.current, started: started.wall, now: Moment.now().wall,
          lines: [
            StatusPage.Line("Mode", "ipvs"), StatusPage.Line("Node", configuration.nodeName),
            StatusPage.Line("Problems", health.problems().map(\.description).joined(separator: "; ")),
          ])
      },
      isProfiling: configuration.withoutEffect["enableProfiling"] == .bool(true))
  }

  private func counters(_ node: ServedNode) -> @Sendable () async -> String {
    let cache = ServiceCountersCache {
      do throws(KernelError) {
        return ServiceCounters.joined(try await node.kernel.traffic(), await node.loop.reasons())
      } catch {
        logger.warning("counters of Services can't be read: \(error)")
        return []
      }
    }
    return { await cache.text() }
  }

  private func report(_ reason: String) -> @Sendable (ServerEvent) -> Void {
    { [logger, events] event in
      switch event {
      case .listening(let server, let address): logger.info("\(server): listening on \(address)")
      case .failed(let error):
        logger.error("\(error); tried again until it succeeds", metadata: ["errno": "\(error.errno)"])
        events?.note(error, reason: reason)
      }
    }
  }

  private static func tell(_ event: HealthCheckServerEvent, _ logger: Logger, _ events: ClusterEvents?) {
    switch event {
    case .listening(let service, let address):
      logger.info(
        "service \(service): health check port: listening on \(address)",
        metadata: ["service": "\(service)"])
    case .failed(let service, let error):
      logger.error(
        "service \(service): \(error); tried again until it succeeds",
        metadata: ["service": "\(service)", "errno": "\(error.errno)"])
      events?.note(service, error)
    }
  }
}

/// What rounds leave to tell, from any thread.
private final class SharedRoundHistory: Sendable {
  private let history = Mutex(RoundHistory())

  var value: RoundHistory { history.withLock { $0 } }

  func observe(_ observation: LoopObservation, now: Duration) {
    history.withLock { $0.observe(observation, now: now) }
  }
}

/// The registry, with what counts before the node is known.
struct MetricsBase: Sendable {
  let registry = MetricsRegistry()
  let source: SourceMetrics

  init() { source = SourceMetrics(registry) }
}

extension ProxyConfiguration.Traffic {
  /// Where health check ports listen: as node ports, but those of the start, as kube-proxy has it.
  fileprivate func healthCheckAddresses(_ families: [IPFamily], of node: Set<IPAddress>) -> [IPAddress] {
    guard case .networks(let networks) = nodePortAddresses, !networks.isEmpty else {
      return HealthCheckServers.everywhere(families)
    }
    return families.flatMap { family in
      let ofFamily = networks.filter { $0.family == family }
      if ofFamily.isEmpty { return HealthCheckServers.everywhere([family]) }
      return node.filter { address in
        address.family == family && ofFamily.contains { $0.contains(address) }
      }.sorted()
    }
  }
}
