import Addressing
import Logging
import Monitoring
import Reconciler

/// What the metrics port serves, besides /metrics and /healthz.
public struct MetricsServerContent: Sendable {
  public var registry: MetricsRegistry
  /// Text of /metrics/services; nil when it isn't switched on.
  public var services: (@Sendable () async -> String)?
  /// The configuration in force as JSON.
  public var configuration: @Sendable () async -> String
  public var status: @Sendable () async -> StatusPage
  /// Whether --profiling was given.
  public var isProfiling: Bool

  public init(
    registry: MetricsRegistry, services: (@Sendable () async -> String)? = nil,
    configuration: @escaping @Sendable () async -> String, status: @escaping @Sendable () async -> StatusPage,
    isProfiling: Bool = false
  ) {
    self.registry = registry
    self.services = services
    self.configuration = configuration
    self.status = status
    self.isProfiling = isProfiling
  }

  func answer(_ question: HTTPQuestion) async -> HTTPAnswer {
    switch question.path {
    case "/metrics": return metrics(await registry.scrape())
    case "/metrics/services":
      guard let services else {
        return .notFound("metrics of single Services are off; --service-metrics switches them on")
      }
      return metrics(await services())
    case "/healthz": return HTTPAnswer("ok")
    case "/proxyMode": return HTTPAnswer("ipvs")
    case "/configz": return HTTPAnswer(await configuration(), contentType: HTTPAnswer.json)
    case "/statusz": return HTTPAnswer(await status().text)
    case let path where path == "/debug/pprof" || path.hasPrefix("/debug/"):
      let isOn = isProfiling ? "--profiling changes nothing: " : ""
      return .notFound("\(isOn)profiles of the Go runtime don't exist in a program that isn't written in Go")
    default: return .notFound("404 page not found")
    }
  }

  private func metrics(_ text: String) -> HTTPAnswer {
    HTTPAnswer(text, contentType: ExpositionText.contentType)
  }
}

extension HTTPService {
  /// The server on `--metrics-bind-address`.
  /// - Parameters:
  ///   - address: where.
  ///   - failsHard: whether a failure to bind ends the process (`--bind-address-hard-fail`).
  ///   - content: what it serves.
  ///   - time: for the pause before the next attempt to bind.
  ///   - logger: for what libraries tell.
  ///   - report: told when it listens and when it can't.
  /// - Returns: a service for the process's group.
  public static func metrics(
    on address: ListenAddress, failsHard: Bool, content: MetricsServerContent,
    time: any TimeSource = SystemTime(), logger: Logger, report: @escaping @Sendable (ServerEvent) -> Void
  ) -> HTTPService {
    HTTPService(
      "metrics server", on: address, failsHard: failsHard, time: time, logger: logger, report: report
    ) { await content.answer($0) }
  }

  /// The server on `--healthz-bind-address`: /healthz and /livez.
  /// - Parameters:
  ///   - address: where.
  ///   - failsHard: whether a failure to bind ends the process (`--bind-address-hard-fail`).
  ///   - health: the node's.
  ///   - metrics: counts the answers.
  ///   - time: for the pause before the next attempt to bind.
  ///   - logger: for what libraries tell.
  ///   - report: told when it listens and when it can't.
  /// - Returns: a service for the process's group.
  public static func health(
    on address: ListenAddress, failsHard: Bool, health: HealthMonitor, metrics: ServerMetrics,
    time: any TimeSource = SystemTime(), logger: Logger, report: @escaping @Sendable (ServerEvent) -> Void
  ) -> HTTPService {
    HTTPService(
      "health server", on: address, failsHard: failsHard, time: time, logger: logger, report: report
    ) { question in
      switch question.path {
      case "/healthz":
        let answer = health.healthz()
        metrics.answeredHealthz(answer.status)
        return HTTPAnswer(answer.json, status: answer.status, contentType: HTTPAnswer.json)
      case "/livez":
        let answer = health.livez()
        metrics.answeredLivez(answer.status)
        return HTTPAnswer(answer.json, status: answer.status, contentType: HTTPAnswer.json)
      default: return .notFound("404 page not found")
      }
    }
  }
}
