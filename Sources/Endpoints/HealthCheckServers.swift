import Addressing
import Logging
import Monitoring
import Reconciler
import ServiceLifecycle
import Synchronization

/// What the servers on health check ports tell.
public enum HealthCheckServerEvent: Hashable, Sendable {
  case listening(ServiceKey, ListenAddress)
  /// Told once for each address; it is tried again until it succeeds or the port goes.
  case failed(ServiceKey, ListenError)
}

/// One server for each health check port and family: load balancers ask there whether this node has endpoints of a
/// Service. A port that can't be bound harms nothing but itself.
public actor HealthCheckServers: ServiceLifecycle.Service {
  private struct Server {
    let port: UInt16
    let tasks: [Task<Void, Never>]

    func stop() async {
      for task in tasks { task.cancel() }
      for task in tasks { await task.value }
    }
  }

  private let addresses: [IPAddress]
  private let isProxyHealthy: @Sendable () -> Bool
  private let time: any TimeSource
  private let logger: Logger
  private let report: @Sendable (HealthCheckServerEvent) -> Void
  private nonisolated let targets = TargetTable()
  private nonisolated let changes: AsyncStream<[HealthCheckChange]>
  private nonisolated let feed: AsyncStream<[HealthCheckChange]>.Continuation
  private var servers: [ServiceKey: Server] = [:]

  /// - Parameters:
  ///   - addresses: where to listen: those that node ports are served on, or 0.0.0.0 and :: for all of a family.
  ///   - isProxyHealthy: whether this node is served.
  ///   - time: for the pause before the next attempt to bind.
  ///   - logger: for what libraries tell.
  ///   - report: told when a port is listened on and when it can't be.
  public init(
    addresses: [IPAddress], isProxyHealthy: @escaping @Sendable () -> Bool,
    time: any TimeSource = SystemTime(), logger: Logger,
    report: @escaping @Sendable (HealthCheckServerEvent) -> Void
  ) {
    self.addresses = addresses
    self.isProxyHealthy = isProxyHealthy
    self.time = time
    self.logger = logger
    self.report = report
    (changes, feed) = AsyncStream.makeStream()
  }

  /// Every address of each family.
  public static func everywhere(_ families: some Sequence<IPFamily>) -> [IPAddress] {
    families.sorted().map { $0 == .ipv4 ? IPAddress(ipv4: 0) : IPAddress(ipv6High: 0, low: 0) }
  }

  /// Takes over what the loop tells. Counts are in force at once; ports are opened and closed by `run`.
  public nonisolated func observe(_ observation: LoopObservation) {
    guard case .healthChecks(let changes) = observation else { return }
    targets.update(changes)
    feed.yield(changes)
  }

  /// Serves until the task is cancelled or the process shuts down.
  public func run() async {
    for await changes in changes.cancelOnGracefulShutdown() { await carryOut(changes) }
    for server in servers.values { await server.stop() }
    servers = [:]
  }

  /// Ports are given up before others are taken, so that one can go from Service to Service.
  private func carryOut(_ changes: [HealthCheckChange]) async {
    var opening: [ServiceKey: UInt16] = [:]
    for change in changes where servers[change.service]?.port != change.target?.port {
      if let server = servers.removeValue(forKey: change.service) { await server.stop() }
      opening[change.service] = change.target?.port
    }
    for (service, port) in opening { servers[service] = open(port, for: service) }
  }

  private func open(_ port: UInt16, for service: ServiceKey) -> Server {
    let tasks = addresses.map { address in
      let (targets, isProxyHealthy, report) = (targets, isProxyHealthy, report)
      let http = HTTPService(
        "health check of \(service)", on: ListenAddress(address, port: port), failsHard: false,
        isSingleFamily: true, time: time, logger: logger,
        report: { event in
          switch event {
          case .listening(_, let address): report(.listening(service, address))
          case .failed(let error): report(.failed(service, error))
          }
        },
        answer: { _ in
          HealthCheckAnswer(
            service: service, localEndpoints: targets.localEndpoints(of: service, address.family),
            isProxyHealthy: isProxyHealthy()
          ).http
        })
      // A server that doesn't fail hard never throws.
      return Task { _ = try? await http.run() }
    }
    return Server(port: port, tasks: tasks)
  }
}

/// The counts, read for each request.
private final class TargetTable: Sendable {
  private let targets = Mutex<[ServiceKey: HealthCheckTarget]>([:])

  func update(_ changes: [HealthCheckChange]) {
    targets.withLock { targets in
      for change in changes { targets[change.service] = change.target }
    }
  }

  func localEndpoints(of service: ServiceKey, _ family: IPFamily) -> Int {
    targets.withLock { $0[service]?.localEndpoints[family] ?? 0 }
  }
}

extension HealthCheckAnswer {
  fileprivate var http: HTTPAnswer {
    HTTPAnswer(
      json, status: status, contentType: HTTPAnswer.json,
      headers: [HTTPAnswer.Header(name: Self.weightHeader, value: String(localEndpoints))])
  }
}
