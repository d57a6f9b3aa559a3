import Addressing
import Iptables

/// What the node's part of the program has to know; resolved from flags and files, and checked, by the caller.
public struct NodeConfiguration: Hashable, Sendable {
  /// The families served, each once.
  public let families: [IPFamily]
  /// How traffic of pods is told from other traffic.
  public let localDetector: LocalDetector
  public let masqueradeAll: Bool
  /// The bit of the packet mark that asks for masquerading, 0...31.
  public let masqueradeBit: Int
  /// The source ports of masqueraded TCP, UDP and SCTP, 1 and up; nil leaves the choice to the kernel.
  public var masqueradePorts: ClosedRange<UInt16>?
  /// Whether the rules of GuardBlock are in force.
  public let guards: Bool
  /// IPVS' name of the scheduler for every virtual server: "rr", "wlc", "mh", …
  public let scheduler: String
  public var kernelSettings = KernelSettings()

  /// `clusterCIDRs`, where pods have their addresses, make the local detector where no other is given.
  public init(
    families: [IPFamily], clusterCIDRs: [IPNetwork] = [], localDetector: LocalDetector? = nil,
    masqueradeAll: Bool = false, masqueradeBit: Int = 14, guards: Bool = true, scheduler: String = "rr"
  ) {
    self.families = families
    self.localDetector = localDetector ?? .networks(clusterCIDRs)
    self.masqueradeAll = masqueradeAll
    self.masqueradeBit = masqueradeBit
    self.guards = guards
    self.scheduler = scheduler
  }
}
