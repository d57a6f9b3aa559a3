import Addressing
import KernelFakes
import Monitoring
import Reconciler
import Testing

@testable import Endpoints

@Suite(.timeLimit(.minutes(5))) struct MetricsServerTests {
  private func content(services: Bool = false) -> MetricsServerContent {
    let registry = MetricsRegistry()
    registry.counter("a_total", help: "A.").increment()
    return MetricsServerContent(
      registry: registry, services: services ? { @Sendable in "# services\n" } : nil,
      configuration: { "{\"kubeproxy.config.k8s.io\":{}}" },
      status: { StatusPage(version: "1.2.3", started: .seconds(10), now: .seconds(70)) })
  }

  private func serving(_ content: MetricsServerContent, _ body: (ListenAddress) async throws -> Void)
    async throws
  {
    try await EndpointsTests.serving(
      {
        .metrics(
          on: ListenAddress(loopback, port: 0), failsHard: true, content: content, logger: silent, report: $0)
      }, body)
  }

  @Test func itServesEveryPathOfKubeProxys() async throws {
    try await serving(content()) { address async throws in
      let metrics = try await ask(address, "/metrics")
      #expect(metrics.status == 200)
      #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      #expect(metrics.body == "# HELP a_total A.\n# TYPE a_total counter\na_total 1\n")
      #expect(try await ask(address, "/healthz").body == "ok")
      let mode = try await ask(address, "/proxyMode?verbose")
      #expect(mode.body == "ipvs")
      #expect(mode.headers["content-type"] == "text/plain; charset=utf-8")
      #expect(mode.headers["x-content-type-options"] == "nosniff")
      #expect(mode.headers["content-length"] == "4")
      #expect(mode.headers["date"]?.hasSuffix(" GMT") == true)
      let configuration = try await ask(address, "/configz")
      #expect(configuration.headers["content-type"] == "application/json")
      #expect(configuration.body == "{\"kubeproxy.config.k8s.io\":{}}")
      #expect(
        try await ask(address, "/statusz").body.contains("Up: 0 hr 1 min 0 sec\nBinary version: 1.2.3\n"))
    }
  }

  @Test func whatItLacksIsNotFoundAndSaysWhy() async throws {
    try await serving(content()) { address async throws in
      for (path, reason) in [
        ("/livez", "404 page not found\n"), ("/", "404 page not found\n"),
        ("/metrics/services", "metrics of single Services are off; --service-metrics switches them on\n"),
        (
          "/debug/pprof/heap",
          "profiles of the Go runtime don't exist in a program that isn't written in Go\n"
        ),
      ] {
        let reply = try await ask(address, path)
        #expect(reply.status == 404)
        #expect(reply.body == reason)
      }
    }
  }

  @Test func metricsOfServicesAreServedWhenAskedFor() async throws {
    try await serving(content(services: true)) { address async throws in
      #expect(try await ask(address, "/metrics/services").body == "# services\n")
    }
  }

  @Test func headGetsTheHeadersAlone() async throws {
    try await serving(content()) { address async throws in
      let reply = try await ask(address, "/healthz", method: "HEAD")
      #expect(reply.status == 200)
      #expect(reply.headers["content-length"] == "2")
      #expect(reply.body == "")
    }
  }

  @Test func itListensOnIPv6() async throws {
    try await EndpointsTests.serving({
      .metrics(
        on: ListenAddress(loopback6, port: 0), failsHard: true, content: content(), logger: silent, report: $0
      )
    }) { address async throws in
      #expect(try await ask(address, "/healthz").body == "ok")
    }
  }
}

@Suite(.timeLimit(.minutes(5))) struct HealthServerTests {
  @Test func itTellsHealthAndCountsWhatItTells() async throws {
    let start = Moment(elapsed: .zero, wall: .seconds(1_795_227_157))
    let registry = MetricsRegistry()
    let metrics = ServerMetrics(registry)
    let monitor = HealthMonitor(
      NodeHealth(families: [.ipv4], syncPeriod: .seconds(30), eligibility: .eligible, now: start),
      now: { start })
    try await serving({
      .health(
        on: ListenAddress(loopback, port: 0), failsHard: true, health: monitor, metrics: metrics,
        logger: silent, report: $0)
    }) { address async throws in
      let healthy = try await ask(address, "/healthz")
      #expect(healthy.status == 200)
      #expect(healthy.headers["content-type"] == "application/json")
      #expect(healthy.headers["x-content-type-options"] == "nosniff")
      #expect(healthy.body == monitor.healthz().json)
      monitor.set(.ineligible)
      #expect(try await ask(address, "/healthz").status == 503)
      let live = try await ask(address, "/livez")
      #expect(live.status == 200)
      #expect(live.body == monitor.livez().json)
      #expect(try await ask(address, "/metrics").status == 404)
    }
    let text = await registry.scrape()
    #expect(text.contains("kubeproxy_proxy_healthz_total{code=\"200\"} 1\n"))
    #expect(text.contains("kubeproxy_proxy_healthz_total{code=\"503\"} 1\n"))
    #expect(text.contains("kubeproxy_proxy_livez_total{code=\"200\"} 1\n"))
  }
}
