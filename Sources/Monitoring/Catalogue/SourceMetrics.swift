/// Where Services come from, and the requests that this takes.
public final class SourceMetrics: Sendable {
  private let synced: MetricFamily<Gauge>
  private let errors: MetricFamily<Counter>
  private let requests: MetricFamily<Counter>
  private let requestDuration: MetricFamily<Histogram>

  public init(_ registry: MetricsRegistry) {
    synced = registry.gauge(
      "ipvs_proxy_source_synced",
      help: "Whether a resource has been read whole (1) or not (0).", labels: ["resource"])
    errors = registry.counter(
      "ipvs_proxy_source_errors_total", help: "Failures to read or follow a resource.", labels: ["resource"])
    requests = registry.counter(
      "rest_client_requests_total", help: "Requests to the API server.", labels: ["code", "method", "host"])
    requestDuration = registry.histogram(
      "rest_client_request_duration_seconds", help: "How long the API server took to answer.",
      labels: ["verb", "host"], bounds: Buckets.requests)
  }

  /// - Parameters:
  ///   - resource: "services", "endpointslices", "nodes", or "manifests".
  ///   - isSynced: whether it has been read whole.
  public func setSynced(_ resource: String, _ isSynced: Bool) { synced.with(resource).set(isSynced ? 1 : 0) }

  public func failed(_ resource: String) {
    errors.with(resource).increment()
  }

  /// A request has been answered, or has failed.
  /// - Parameters:
  ///   - method: "GET", "POST".
  ///   - host: with port.
  ///   - status: of the answer; nil when there was none, which client-go calls "<error>".
  ///   - duration: until the head of the answer, so that a watch doesn't count as a slow request.
  public func requested(_ method: String, host: String, status: Int?, duration: Duration) {
    requests.with(status.map(String.init) ?? "<error>", method, host).increment()
    requestDuration.with(method, host).observe(duration)
  }
}
