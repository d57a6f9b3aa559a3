/// Answers given on the health port, by status code: kube-proxy's names.
public final class ServerMetrics: Sendable {
  private let healthz: MetricFamily<Counter>
  private let livez: MetricFamily<Counter>

  public init(_ registry: MetricsRegistry) {
    healthz = registry.counter(
      "kubeproxy_proxy_healthz_total", help: "Answers to /healthz.", labels: ["code"])
    livez = registry.counter("kubeproxy_proxy_livez_total", help: "Answers to /livez.", labels: ["code"])
  }

  public func answeredHealthz(_ code: Int) { healthz.with(String(code)).increment() }
  public func answeredLivez(_ code: Int) { livez.with(String(code)).increment() }
}
