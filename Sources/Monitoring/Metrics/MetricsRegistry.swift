import Synchronization

/// All metrics of the process. Names are unique: registering one twice is a programming error and ends the process.
public final class MetricsRegistry: Sendable {
  private struct State {
    var families: [String: any ExposedFamily] = [:]
    var collectors: [@Sendable () async -> Void] = []
  }

  private let state = Mutex(State())

  public init() {}

  public func counter(_ name: String, help: String, labels: [String]) -> MetricFamily<Counter> {
    register(MetricFamily(name, help: help, labels: labels) { Counter() })
  }

  public func counter(_ name: String, help: String) -> Counter {
    counter(name, help: help, labels: []).with()
  }

  public func gauge(_ name: String, help: String, labels: [String]) -> MetricFamily<Gauge> {
    register(MetricFamily(name, help: help, labels: labels) { Gauge() })
  }

  public func gauge(_ name: String, help: String) -> Gauge { gauge(name, help: help, labels: []).with() }

  /// - Parameters:
  ///   - name: ends in the unit.
  ///   - help: one sentence.
  ///   - labels: names; `le` is taken.
  ///   - bounds: upper bounds, ascending, without infinity.
  /// - Returns: the family, without series.
  public func histogram(
    _ name: String, help: String, labels: [String], bounds: [Double]
  ) -> MetricFamily<Histogram> {
    register(MetricFamily(name, help: help, labels: labels) { Histogram(bounds: bounds) })
  }

  public func histogram(_ name: String, help: String, bounds: [Double]) -> Histogram {
    histogram(name, help: help, labels: [], bounds: bounds).with()
  }

  /// Has something brought up to date before each scrape: what nobody tells when it changes.
  public func beforeScrape(_ collect: @escaping @Sendable () async -> Void) {
    state.withLock { $0.collectors.append(collect) }
  }

  /// Everything in the Prometheus text format 0.0.4, sorted by name and labels.
  public func scrape() async -> String {
    for collect in state.withLock({ $0.collectors }) { await collect() }
    var text = ExpositionText()
    for (_, family) in state.withLock({ $0.families }).sorted(by: { $0.key < $1.key }) {
      family.write(to: &text)
    }
    return text.text
  }

  private func register<Member>(_ family: MetricFamily<Member>) -> MetricFamily<Member> {
    let isNew = state.withLock { $0.families.updateValue(family, forKey: family.name) == nil }
    precondition(isNew, "the metric \(family.name) is registered twice")
    return family
  }
}
