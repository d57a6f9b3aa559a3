import Foundation
import Testing

/// Whether the pages ask for what a scrape has, and speak of alerts that there are.
@Suite struct DocumentedMetricsTests {
  private static let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.repository.appending(path: path), encoding: .utf8)
  }

  private func pages() throws -> [(name: String, text: String)] {
    let docs = try FileManager.default.contentsOfDirectory(
      atPath: Self.repository.appending(path: "docs").path)
    return try (["README.md", "deploy/README.md"] + docs.filter { $0.hasSuffix(".md") }.map { "docs/\($0)" })
      .map { ($0, try text($0)) }
  }

  /// Names that a page writes out; "ipvs_proxy_" alone speaks of all of them.
  private func metrics(_ text: String) -> Set<String> {
    Set(
      text.matches(of: /\b(?:ipvs_proxy|kubeproxy|rest_client|process)_[a-z0-9_]*[a-z0-9]\b/)
        .map { String($0.output) })
  }

  @Test func everyMetricOfThePagesIsInAScrape() async throws {
    let scrape = try await Catalogue().exposition()
    var count = 0
    for page in try pages() {
      for metric in metrics(page.text) {
        #expect(
          scrape.families[metric] != nil || scrape.histogram(of: metric) != nil, "\(metric) in \(page.name)")
        count += 1
      }
    }
    #expect(count > 20)
  }

  @Test func whatTheRolloutAsksOfPrometheusHasAnAnswer() async throws {
    let scrape = try await Catalogue().exposition()
    let page = try text("docs/rollout.md")
    let queries =
      page.matches(of: /`([^`\n]+\([^`\n]*\))`/).map { String($0.output.1) }
      + page.matches(of: /```promql\n([^`]+)```/).map { String($0.output.1) }
    let asked = queries.filter { !metrics($0).isEmpty || $0.contains("up{") }
    #expect(asked.count > 10)
    for query in asked {
      #expect(scrape.flaw(of: Query(query)) == nil, "\(query)")
    }
  }

  @Test func theRolloutSaysWhatToDoAtEachAlertAndNamesNoOther() throws {
    let alerts = try text("deploy/monitoring/prometheus-rules.yaml")
      .matches(of: /- alert: (\w+)/).map { String($0.output.1) }
    #expect(alerts.count > 5)
    let named = try text("docs/rollout.md").matches(of: /`(IpvsProxy\w+)`/).map { String($0.output.1) }
    #expect(Set(named) == Set(alerts))
  }
}
