import Monitoring
import Testing

@testable import IpvsProxy

@Suite struct SourceMetricsTests {
  @Test func whatHasNotBeenListedIsNotInSync() async {
    let registry = MetricsRegistry()
    let metrics = SourceMetrics(registry)
    metrics.awaitLists()
    let text = await registry.scrape()
    for resource in ["services", "endpointslices", "nodes"] {
      #expect(text.contains("ipvs_proxy_source_synced{resource=\"\(resource)\"} 0\n"))
    }
  }
}
