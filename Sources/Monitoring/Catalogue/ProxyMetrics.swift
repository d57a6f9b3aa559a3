import Addressing
import Reconciler

/// What kube-proxy 1.36 exposes in ipvs mode, under its names, so that dashboards and alerts go on working. One loop
/// serves both families, so both get the same rounds.
public final class ProxyMetrics: Sendable {
  /// The series of one family.
  private struct Family: Sendable {
    let roundDuration: Histogram
    let lastRound: Gauge
    let lastQueued: Gauge
    let networkProgramming: Histogram
    let withoutLocalInternal: Gauge
    let withoutLocalExternal: Gauge
    let ruleFailures: Counter
    let flowSearch: Histogram
    let flowsDeleted: Counter
  }

  private let families: [IPFamily: Family]
  private let serviceChanges: Counter
  private let servicesPending: Gauge
  private let endpointChanges: Counter
  private let endpointsPending: Gauge
  /// When the process started, since 1970: what happened before says nothing about it.
  private let started: Duration

  /// - Parameters:
  ///   - registry: where to register.
  ///   - families: those that are served.
  ///   - started: now, since 1970.
  public init(_ registry: MetricsRegistry, families: some Sequence<IPFamily>, started: Duration) {
    let catalogue = FamilyCatalogue(registry)
    self.families = Dictionary(uniqueKeysWithValues: families.map { ($0, catalogue.series($0)) })
    self.started = started
    serviceChanges = registry.counter(
      "kubeproxy_sync_proxy_rules_service_changes_total", help: "Changes of Services taken up.")
    servicesPending = registry.gauge(
      "kubeproxy_sync_proxy_rules_service_changes_pending",
      help: "Changes of Services that no round has taken up yet.")
    endpointChanges = registry.counter(
      "kubeproxy_sync_proxy_rules_endpoint_changes_total", help: "Changes of EndpointSlices taken up.")
    endpointsPending = registry.gauge(
      "kubeproxy_sync_proxy_rules_endpoint_changes_pending",
      help: "Changes of EndpointSlices that no round has taken up yet.")
  }

  /// - Parameters:
  ///   - observation: of the loop.
  ///   - now: since 1970.
  public func observe(_ observation: LoopObservation, now: Duration) {
    switch observation {
    case .queued(let changes):
      servicesPending.add(changes.services)
      endpointsPending.add(changes.endpointSlices)
      for series in families.values { series.lastQueued.set(now.seconds) }
    case .round(let round): observe(round, now)
    case .flowSearch(let search):
      families[search.family]?.flowSearch.observe(search.duration)
      families[search.family]?.flowsDeleted.increment(by: Double(search.deleted))
    case .healthChecks: break
    }
  }

  private func observe(_ round: RoundReport, _ now: Duration) {
    take(round.changes)
    for (family, series) in families {
      series.withoutLocalInternal.set(round.state.desired.internalWithoutLocalEndpoints[family])
      series.withoutLocalExternal.set(round.state.desired.externalWithoutLocalEndpoints[family])
      if round.kernelError?.concernsRules(of: family) ?? false { series.ruleFailures.increment() }
      guard round.kernelError == nil else { continue }
      series.roundDuration.observe(round.duration)
      series.lastRound.set(now.seconds)
    }
    for trigger in round.inForce.triggers where trigger.time >= started {
      // The clock of the machine that wrote the time may be ahead of this one's.
      families[trigger.family]?.networkProgramming.observe(max(now - trigger.time, .zero))
    }
  }

  private func take(_ changes: QueuedChanges) {
    serviceChanges.increment(by: Double(changes.services))
    servicesPending.add(-changes.services)
    endpointChanges.increment(by: Double(changes.endpointSlices))
    endpointsPending.add(-changes.endpointSlices)
  }

  /// The families of series that are told apart by IP family.
  private struct FamilyCatalogue {
    private let roundDuration: MetricFamily<Histogram>
    private let lastRound: MetricFamily<Gauge>
    private let lastQueued: MetricFamily<Gauge>
    private let networkProgramming: MetricFamily<Histogram>
    private let withoutLocalEndpoints: MetricFamily<Gauge>
    private let ruleFailures: MetricFamily<Counter>
    private let flowSearch: MetricFamily<Histogram>
    private let flowsDeleted: MetricFamily<Counter>

    init(_ registry: MetricsRegistry) {
      let labels = ["ip_family"]
      roundDuration = registry.histogram(
        "kubeproxy_sync_proxy_rules_duration_seconds", help: "How long rounds of the loop took.",
        labels: labels, bounds: Buckets.rounds)
      lastRound = registry.gauge(
        "kubeproxy_sync_proxy_rules_last_timestamp_seconds", help: "When the last round ended.",
        labels: labels)
      lastQueued = registry.gauge(
        "kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds",
        help: "When a change was last handed in.", labels: labels)
      networkProgramming = registry.histogram(
        "kubeproxy_network_programming_duration_seconds",
        help: "From what caused a change of endpoints until the kernel has it.", labels: labels,
        bounds: Buckets.networkProgramming)
      withoutLocalEndpoints = registry.gauge(
        "kubeproxy_sync_proxy_rules_no_local_endpoints_total",
        help: "Services with a traffic policy Local whose endpoints are all on other nodes.",
        labels: ["ip_family", "traffic_policy"])
      ruleFailures = registry.counter(
        "kubeproxy_sync_proxy_rules_iptables_restore_failures_total",
        help: "Rounds given up because the iptables rules could not be put in force.", labels: labels)
      flowSearch = registry.histogram(
        "kubeproxy_conntrack_reconciler_sync_duration_seconds",
        help: "How long searches through conntrack for outdated UDP flows took.", labels: labels,
        bounds: Buckets.rounds)
      flowsDeleted = registry.counter(
        "kubeproxy_conntrack_reconciler_deleted_entries_total",
        help: "Conntrack entries of outdated UDP flows that were deleted.", labels: labels)
    }

    func series(_ family: IPFamily) -> Family {
      let name = family.description
      return Family(
        roundDuration: roundDuration.with(name), lastRound: lastRound.with(name),
        lastQueued: lastQueued.with(name), networkProgramming: networkProgramming.with(name),
        withoutLocalInternal: withoutLocalEndpoints.with(name, "internal"),
        withoutLocalExternal: withoutLocalEndpoints.with(name, "external"),
        ruleFailures: ruleFailures.with(name), flowSearch: flowSearch.with(name),
        flowsDeleted: flowsDeleted.with(name))
    }
  }
}

extension KernelError {
  /// Rules are put in force by one program for each family, and the error names it.
  fileprivate func concernsRules(of family: IPFamily) -> Bool {
    subsystem == .rules && object.contains("ip6tables") == (family == .ipv6)
  }
}
