import Addressing

/// Which IP families a Service is to have, by `ipFamilies`, `ipFamilyPolicy` and the addresses it names.
enum ServiceFamilies {
  /// In order, the primary first. `missing` is a family that is required and has neither an address nor a range.
  static func wanted(
    by service: Service, _ configuration: AllocationConfiguration
  ) -> (wanted: [IPFamily], missing: IPFamily?) {
    let explicit = service.explicitClusterIPs.map(\.family)
    let named = service.spec.ipFamilies.map(\.family)
    guard let primary = explicit.first ?? named.first ?? configuration.serviceRanges.first?.family else {
      return ([], .ipv4)
    }
    let secondary: IPFamily = primary == .ipv4 ? .ipv6 : .ipv4
    func isAvailable(_ family: IPFamily) -> Bool {
      explicit.contains(family) || configuration.range(family) != nil
    }
    guard isAvailable(primary) else { return ([primary], primary) }
    // Without a policy, naming two of either asks for both.
    let policy =
      service.spec.ipFamilyPolicy ?? (max(explicit.count, named.count) > 1 ? .requireDualStack : .singleStack)
    switch policy {
    case .singleStack: return ([primary], nil)
    case .preferDualStack: return (isAvailable(secondary) ? [primary, secondary] : [primary], nil)
    case .requireDualStack:
      return ([primary, secondary], isAvailable(secondary) ? nil : secondary)
    }
  }
}
