import Addressing

/// Where cluster addresses and node ports come from.
public struct AllocationConfiguration: Sendable, Hashable {
  /// One or two blocks, of different families; the first decides the family of a SingleStack Service.
  public var serviceRanges: [IPNetwork]
  public var nodePorts: ClosedRange<UInt16>

  /// The defaults are those of kube-apiserver's examples and kubeadm: 10.96.0.0/12 and 30000-32767.
  public init(
    serviceRanges: [IPNetwork] = AllocationConfiguration.defaultServiceRanges,
    nodePorts: ClosedRange<UInt16> = 30_000...32_767
  ) {
    self.serviceRanges = serviceRanges
    self.nodePorts = nodePorts
  }

  public static let defaultServiceRanges = [
    IPNetwork(IPAddress(ipv4: 0x0A60_0000), prefixLength: 12)
  ].compactMap(\.self)

  /// What is wrong with the ranges; nil when they can be used.
  public var flaw: String? {
    switch serviceRanges.count {
    case 0: "no service cluster IP range is given"
    case 1: nil
    case 2:
      serviceRanges[0].family == serviceRanges[1].family
        ? "the two service cluster IP ranges must be of different families" : nil
    default: "at most two service cluster IP ranges, one per family, can be used"
    }
  }

  func range(_ family: IPFamily) -> IPNetwork? { serviceRanges.first { $0.family == family } }
}

/// The first pair of blocks that have addresses in common. A cluster CIDR (Pods) must not overlap the Service range.
public func overlap(clusterCIDRs: [IPNetwork], serviceCIDRs: [IPNetwork]) -> (IPNetwork, IPNetwork)? {
  for cluster in clusterCIDRs {
    for service in serviceCIDRs where cluster.overlaps(service) { return (cluster, service) }
  }
  return nil
}
