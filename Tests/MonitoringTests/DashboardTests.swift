import Foundation
import Testing

/// Whether deploy/monitoring asks for what a scrape has.
@Suite struct DashboardTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "deploy/monitoring")

  private struct Dashboard: Decodable {
    struct Panel: Decodable {
      struct Target: Decodable { let expr: String }
      let id: Int
      let title: String
      let targets: [Target]?
    }
    let panels: [Panel]
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
  }

  private func panels() throws -> [Dashboard.Panel] {
    try JSONDecoder().decode(Dashboard.self, from: Data(text("grafana-dashboard.json").utf8)).panels
  }

  private func expressions() throws -> [String] {
    let alerts = try text("prometheus-rules.yaml").split(separator: "- alert:").dropFirst()
    let rules = alerts.map { $0.split(separator: "\n      ").filter { !$0.hasPrefix("  annotations") } }
    return try panels().flatMap { $0.targets ?? [] }.map(\.expr)
      + rules.map { lines in
        lines.drop { !$0.hasPrefix("  expr:") }.prefix { !$0.hasPrefix("  for:") }.joined(separator: " ")
      }
  }

  @Test func panelsHaveNumbersOfTheirOwnAndAskForSomething() throws {
    let panels = try panels()
    #expect(Set(panels.map(\.id)).count == panels.count)
    #expect(panels.filter { $0.targets?.isEmpty == false }.count > 20)
    #expect(try expressions().allSatisfy { !$0.isEmpty })
  }

  @Test func everyMetricIsInAScrapeWithTheLabelsAskedFor() async throws {
    let scrape = try await Catalogue().exposition()
    for expression in try expressions() {
      #expect(scrape.flaw(of: Query(expression)) == nil, "\(expression)")
    }
  }

  @Test func whatWeMeasureCanBeSeen() async throws {
    let scrape = try await Catalogue().exposition()
    let shown = try expressions().joined(separator: " ")
    // Packets of a Service say little more than its bytes.
    for name in scrape.names where name.hasPrefix("ipvs_proxy_") && name != "ipvs_proxy_service_packets_total"
    {
      #expect(shown.contains(name), "\(name) is on no panel and in no alert")
    }
  }
}

/// What an expression of PromQL asks for, as far as names go.
struct Query {
  struct Selector {
    let metric: String
    let labels: Set<String>
  }

  let selectors: [Selector]
  /// Of all its "by (…)".
  let grouping: Set<String>

  init(_ text: String) {
    selectors = text.matches(
      of: /\b((?:up|ipvs_proxy|kubeproxy|process|rest_client)(?:_[a-z0-9_]+)?)\b(?:{([^}]*)})?/
    )
    .map { match in
      let matchers = match.output.2 ?? ""
      return Selector(
        metric: String(match.output.1),
        labels: Set(matchers.matches(of: /([a-z_]+)(?:=~|!~|!=|=)"/).map { String($0.output.1) }))
    }
    .filter { $0.metric == "up" || $0.metric.contains("_") && $0.metric != "ipvs_proxy" }
    grouping = Set(
      text.matches(of: /by \(([^)]*)\)/).flatMap {
        $0.output.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      })
  }
}

extension Exposition {
  /// What Prometheus itself adds to each series, and what histograms have.
  private static let labelsOfAll: Set = ["job", "instance", "le"]

  /// A metric or a label that the scrape doesn't have; nil where the query can find something.
  func flaw(of query: Query) -> String? {
    if query.selectors.isEmpty { return "it asks for nothing" }
    var known = Self.labelsOfAll
    for selector in query.selectors where selector.metric != "up" {
      guard let family = families[selector.metric] ?? histogram(of: selector.metric) else {
        return "there is no \(selector.metric)"
      }
      let labels = family.series.reduce(into: Self.labelsOfAll) { $0.formUnion($1.keys) }
      if let label = selector.labels.subtracting(labels).min() { return "\(selector.metric) has no \(label)" }
      known.formUnion(labels)
    }
    return query.grouping.subtracting(known).min().map { "no label \($0) to group by" }
  }

  /// The family that a histogram's series belongs to.
  func histogram(of series: String) -> Family? {
    for suffix in ["_bucket", "_sum", "_count"] where series.hasSuffix(suffix) {
      if let family = families[String(series.dropLast(suffix.count))], family.type == "histogram" {
        return family
      }
    }
    return nil
  }
}
