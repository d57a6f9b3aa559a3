/// Where manifests come from and what is made of them.
public struct ManifestConfiguration: Sendable, Hashable {
  /// The directory of *.yaml, *.yml and *.json files; not searched in depth.
  public var directory: String
  /// Holds allocations.json and manifests/, the last good versions.
  public var stateDirectory: String
  /// Which Node object is this node's; empty for none.
  public var nodeName: String
  public var allocation: AllocationConfiguration
  /// False never writes a file: for looking only.
  public var persist: Bool
  /// How long the directory must be quiet before it is read again.
  public var quietPeriod: Duration
  /// How often files are looked at without an event (a file system without inotify, a link's target elsewhere).
  public var rescanPeriod: Duration

  public init(
    directory: String, stateDirectory: String = "/var/lib/ipvs-proxy", nodeName: String = "",
    allocation: AllocationConfiguration = AllocationConfiguration(), persist: Bool = true,
    quietPeriod: Duration = .milliseconds(100), rescanPeriod: Duration = .seconds(30)
  ) {
    self.directory = directory
    self.stateDirectory = stateDirectory
    self.nodeName = nodeName
    self.allocation = allocation
    self.persist = persist
    self.quietPeriod = quietPeriod
    self.rescanPeriod = rescanPeriod
  }
}
