import Addressing
import Reconciler

/// What this program does to the kernel and how that goes: prefix `ipvs_proxy_`.
public final class KernelMetrics: Sendable {
  /// By `Operation.Kind`.
  private let operations: [Counter]
  private let errors: MetricFamily<Counter>
  private let refusals: MetricFamily<Counter>
  private let drift: Counter
  private let changeDuration: Histogram
  private let drainsEnded: DrainCounters
  private let state: StateGauges

  /// - Parameters:
  ///   - registry: where to register.
  ///   - families: those that are served.
  public init(_ registry: MetricsRegistry, families: some Sequence<IPFamily>) {
    let operations = registry.counter(
      "ipvs_proxy_kernel_operations_total",
      help: "Operations asked of the kernel, those that failed included.", labels: ["operation"])
    self.operations = Operation.Kind.allCases.map { operations.with($0.label) }
    errors = registry.counter(
      "ipvs_proxy_kernel_operation_errors_total",
      help: "Operations that the kernel refused or whose answer was lost (errno 0).",
      labels: ["operation", "errno"])
    refusals = registry.counter(
      "ipvs_proxy_kernel_refusals_total",
      help: "Rounds given up because the kernel could not be prepared or read.", labels: ["subsystem"])
    drift = registry.counter(
      "ipvs_proxy_drift_operations_total",
      help: "Operations that put right what somebody else had changed in the kernel.")
    changeDuration = registry.histogram(
      "ipvs_proxy_change_duration_seconds",
      help: "From the arrival of a change until the kernel has it.", bounds: Buckets.changes)
    drainsEnded = DrainCounters(registry)
    state = StateGauges(registry, families: families)
  }

  public func observe(_ observation: LoopObservation) {
    guard case .round(let round) = observation else { return }
    for kind in Operation.Kind.allCases {
      operations[kind.rawValue].increment(by: Double(round.operations[kind]))
    }
    for (error, count) in round.operations.errors {
      errors.with(error.operation.label, String(error.errno)).increment(by: Double(count))
    }
    if let error = round.kernelError { refusals.with(error.subsystem.rawValue).increment() }
    drift.increment(by: Double(round.driftOperations))
    for latency in round.inForce.latencies { changeDuration.observe(latency) }
    drainsEnded.add(round.drainsEnded)
    state.set(round.state)
  }
}

/// Why drains ended.
private struct DrainCounters {
  let idle: Counter
  let bound: Counter
  let returned: Counter
  let removed: Counter

  init(_ registry: MetricsRegistry) {
    let ended = registry.counter(
      "ipvs_proxy_drains_ended_total",
      help:
        "Real servers that stopped draining: idle, bound over, returned to service, or removed with their virtual server.",
      labels: ["cause"])
    idle = ended.with("idle")
    bound = ended.with("bound")
    returned = ended.with("returned")
    removed = ended.with("removed")
  }

  func add(_ ends: DrainEnds) {
    idle.increment(by: Double(ends.idle))
    bound.increment(by: Double(ends.bound))
    returned.increment(by: Double(ends.returned))
    removed.increment(by: Double(ends.removed))
  }
}

/// How things stand.
private struct StateGauges {
  private struct Family {
    let virtualServers: Gauge
    let realServers: Gauge
    let addresses: Gauge
  }

  private let families: [IPFamily: Family]
  private let services: Gauge
  private let pending: Gauge
  private let failing: Gauge
  private let failingServices: Gauge
  private let draining: Gauge
  private let conflicts: Gauge
  private let refusedAddresses: Gauge

  init(_ registry: MetricsRegistry, families: some Sequence<IPFamily>) {
    let labels = ["ip_family"]
    let virtualServers = registry.gauge(
      "ipvs_proxy_virtual_servers", help: "Virtual servers that Services ask for.", labels: labels)
    let realServers = registry.gauge(
      "ipvs_proxy_real_servers", help: "Real servers that are to get new connections.", labels: labels)
    let addresses = registry.gauge(
      "ipvs_proxy_addresses", help: "Addresses that belong on kube-ipvs0.", labels: labels)
    self.families = Dictionary(
      uniqueKeysWithValues: families.map {
        let name = $0.description
        let series = Family(
          virtualServers: virtualServers.with(name), realServers: realServers.with(name),
          addresses: addresses.with(name))
        return ($0, series)
      })
    services = registry.gauge("ipvs_proxy_services", help: "Services that are served.")
    pending = registry.gauge(
      "ipvs_proxy_pending_objects", help: "Kernel objects still to be looked at after the last round.")
    failing = registry.gauge(
      "ipvs_proxy_failing_objects", help: "Kernel objects that could not be put right and are retried.")
    failingServices = registry.gauge(
      "ipvs_proxy_failing_services", help: "Services with a virtual server that fails.")
    draining = registry.gauge(
      "ipvs_proxy_draining_real_servers", help: "Real servers that finish their connections.")
    conflicts = registry.gauge(
      "ipvs_proxy_address_conflicts", help: "Claims to an address and port that an older Service has.")
    refusedAddresses = registry.gauge(
      "ipvs_proxy_refused_addresses", help: "External addresses that Services ask for and don't get.")
  }

  func set(_ counts: CoreCounts) {
    for (family, series) in families {
      series.virtualServers.set(counts.desired.virtualServers[family])
      series.realServers.set(counts.desired.realServers[family])
      series.addresses.set(counts.desired.addresses[family])
    }
    services.set(counts.desired.services)
    pending.set(counts.pending)
    failing.set(counts.failing)
    failingServices.set(counts.failingServices)
    draining.set(counts.draining)
    conflicts.set(counts.desired.conflicts)
    refusedAddresses.set(counts.desired.refusedAddresses)
  }
}

extension Operation.Kind {
  /// As metrics name it.
  var label: String {
    switch self {
    case .addMember: "add_member"
    case .removeMember: "remove_member"
    case .addVirtualServer: "add_virtual_server"
    case .updateVirtualServer: "update_virtual_server"
    case .removeVirtualServer: "remove_virtual_server"
    case .addRealServer: "add_real_server"
    case .updateRealServer: "update_real_server"
    case .removeRealServer: "remove_real_server"
    case .addAddress: "add_address"
    case .removeAddress: "remove_address"
    }
  }
}
