import Addressing
import Glibc
import Iptables
import Reconciler

/// The kernel of this machine, in the network namespace that the process runs in.
public struct LinuxKernel: Kernel {
  private let configuration: NodeConfiguration
  private let netlink: NetlinkKernel
  private let settings: SystemSettings
  private let conntrack: ConntrackSettings
  private let timeouts: ConnectionTimeouts
  private let rules: RuleManager
  private let modules = Modules()

  public init(_ configuration: NodeConfiguration) {
    self.configuration = configuration
    let netlink = NetlinkKernel()
    self.netlink = netlink
    let wanted = configuration.kernelSettings
    settings = SystemSettings(families: configuration.families, strictARP: wanted.strictARP)
    conntrack = ConntrackSettings(wanted.conntrack)
    timeouts = ConnectionTimeouts(wanted.ipvsTimeouts, kernel: netlink)
    rules = RuleManager(configuration: configuration, generation: { await netlink.rulesGeneration() })
  }

  /// The kernel's release as uname(2) tells it: "6.1.0-28-amd64".
  public static var release: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "unknown" }
    return withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// What the node lacks that the program can't do without, the gravest first. Loads modules where they can be loaded.
  public func missingPrerequisites() async -> [MissingPrerequisite] {
    await modules.load(scheduler: configuration.scheduler)
    let netlink = self.netlink
    let prerequisites = Prerequisites(
      trials: Prerequisites.Trials(
        scheduler: { await netlink.accepts(scheduler: $0) }, dummyDevice: { await netlink.canMakeDevice() }))
    return await prerequisites.missing(scheduler: configuration.scheduler)
  }

  /// Loads what the rules rest on where this node's iptables is the legacy one: who has only CAP_NET_ADMIN can't.
  public func loadRuleModules() async throws(KernelError) {
    await modules.load(try await rules.legacyModules())
  }

  public func prepare() async throws(KernelError) -> [Notice] {
    var notices = try settings.apply()
    notices += conntrack.apply()
    notices += await timeouts.apply()
    notices += try await netlink.ensureSets(configuration.families)
    notices += try await rules.ensure()
    notices += try await netlink.ensureDevice()
    return notices
  }

  /// What `prepare` would do, without doing it, in the words of ipset, iptables-restore and ip.
  public func pendingPreparation() async throws(KernelError) -> [String] {
    let sets = try await netlink.missingSets(configuration.families).map {
      "ipset create \($0) \($0.kind.type.rawValue)"
    }
    let rules = try await rules.pending()
    let device = try await netlink.hasDevice() ? [] : ["ip link add kube-ipvs0 type dummy"]
    return sets + rules + device
  }

  public func read(_ part: KernelPart) async throws(KernelError) -> KernelReading {
    try await netlink.read(part, configuration.families)
  }

  public func apply(_ operations: [Reconciler.Operation]) async -> [KernelError?] {
    await netlink.apply(operations)
  }

  public func connections(
    of ids: [VirtualServerID]
  ) async throws(KernelError) -> [VirtualServerID: [RealServerID: ConnectionCounts]] {
    try await netlink.connections(of: ids)
  }

  /// What each virtual server has carried, whoever's it is: one dump. For metrics.
  public func traffic() async throws(KernelError) -> [VirtualServerID: TrafficCounts] {
    try await netlink.traffic()
  }

  public func forgetUDPFlows(of ids: [VirtualServerID]) async throws(KernelError) -> Int {
    try await netlink.forgetUDPFlows(of: ids)
  }

  /// Takes away what everything else rested on: the device unless an address of somebody else is left on it, the
  /// rules, and then the sets that they matched.
  /// - Returns: what was removed.
  public func teardown() async throws(KernelError) -> [Notice] {
    var notices: [Notice] = []
    let state = try await netlink.observe(configuration.families)
    let left = state.addresses
    if left.isEmpty {
      if try await netlink.hasDevice() {
        try await netlink.removeDevice()
        notices.append(Notice(.info, "removed device \(NetlinkKernel.deviceName)"))
      }
    } else {
      let addresses = left.sorted().map(\.description).joined(separator: ", ")
      notices.append(Notice(.info, "kube-ipvs0 stays: it carries addresses that are not ours (\(addresses))"))
    }
    notices += try await rules.remove()
    try await netlink.destroySets(configuration.families)
    if !state.sets.isEmpty { notices.append(Notice(.info, "destroyed \(state.sets.count) ipsets")) }
    return notices
  }
}
