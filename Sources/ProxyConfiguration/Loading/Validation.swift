import Addressing
import Durations

/// What values have to agree on with each other (pkg/proxy/apis/config/validation of Kubernetes); each value by itself
/// has been checked before.
enum Validation {
  typealias Problem = ConfigurationError.Problem

  /// Names each setting as it was given, or by its flag where its default is at odds with something given.
  static func problems(
    of configuration: ProxyConfiguration, _ given: [String: ConfigurationLoader.Given]
  ) -> [Problem] {
    let place: (String) -> String = { given[$0]?.place ?? "--\($0)" }
    return [
      syncPeriods(configuration.ipvs, place), clusterCIDRs(configuration.traffic, place),
      interface(configuration.traffic, place), serviceRange(configuration, place),
    ].compactMap(\.self)
  }

  private static func syncPeriods(_ ipvs: ProxyConfiguration.IPVS, _ place: (String) -> String) -> Problem? {
    guard ipvs.minimumSyncPeriod > ipvs.syncPeriod else { return nil }
    return Problem(
      place("ipvs-sync-period"),
      "must not be shorter than \(place("ipvs-min-sync-period")), which is "
        + "\(GoDuration.text(ipvs.minimumSyncPeriod)); it is \(GoDuration.text(ipvs.syncPeriod))")
  }

  private static func clusterCIDRs(
    _ traffic: ProxyConfiguration.Traffic, _ place: (String) -> String
  ) -> Problem? {
    guard traffic.detectLocalMode == .clusterCIDR else { return nil }
    return ValueFlaw.ofPair(traffic.clusterCIDRs).map { Problem(place("cluster-cidr"), $0.message) }
  }

  private static func interface(
    _ traffic: ProxyConfiguration.Traffic, _ place: (String) -> String
  ) -> Problem? {
    let needed: (flag: String, key: String, value: String)
    switch traffic.detectLocalMode {
    case .clusterCIDR, .nodeCIDR: return nil
    case .bridgeInterface:
      needed = ("pod-bridge-interface", "detectLocal.bridgeInterface", traffic.bridgeInterface)
    case .interfaceNamePrefix:
      needed = ("pod-interface-name-prefix", "detectLocal.interfaceNamePrefix", traffic.interfaceNamePrefix)
    }
    guard needed.value.isEmpty else { return nil }
    return Problem(
      "\(place("detect-local-mode")) \(traffic.detectLocalMode.rawValue)",
      "needs --\(needed.flag) (in a config file, \(needed.key))")
  }

  /// Neither pods nor Services could be reached at an address that both have.
  private static func serviceRange(
    _ configuration: ProxyConfiguration, _ place: (String) -> String
  ) -> Problem? {
    for pods in configuration.traffic.clusterCIDRs {
      for services in configuration.serviceRanges where pods.overlaps(services) {
        return Problem(
          place("cluster-cidr"),
          "overlaps \(place("service-cluster-ip-range")): an address of both \(pods) and \(services) can't be a pod's "
            + "and a Service's. Change one of them")
      }
    }
    return nil
  }
}
