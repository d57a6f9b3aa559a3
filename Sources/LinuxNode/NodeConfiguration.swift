import Addressing

/// What the node's part of the program has to know; resolved from flags and files, and checked, by the caller.
public struct NodeConfiguration: Hashable, Sendable {
  /// The families served, each once.
  public let families: [IPFamily]
  /// Where pods have their addresses, of all families; see MasqueradeBlock.
  public let clusterCIDRs: [IPNetwork]
  public let masqueradeAll: Bool
  /// The bit of the packet mark that asks for masquerading, 0...31.
  public let masqueradeBit: Int
  /// IPVS' name of the scheduler for every virtual server: "rr", "wlc", "mh", …
  public let scheduler: String
  public var kernelSettings = KernelSettings()

  public init(
    families: [IPFamily], clusterCIDRs: [IPNetwork] = [], masqueradeAll: Bool = false,
    masqueradeBit: Int = 14,
    scheduler: String = "rr"
  ) {
    self.families = families
    self.clusterCIDRs = clusterCIDRs
    self.masqueradeAll = masqueradeAll
    self.masqueradeBit = masqueradeBit
    self.scheduler = scheduler
  }
}
