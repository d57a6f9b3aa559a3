import Addressing

/// What was read on a node, without any judgement. Whoever has nothing to say about something leaves it absent.
public struct NodeFacts: Hashable, Sendable {
  public var wanted: Wanted
  public var kernel: Fact<KernelRelease> = .absent
  /// CapEff of the process that reads: a bit for each capability, numbered as in linux/capability.h.
  public var capabilities: Fact<UInt64> = .absent
  /// By name with underscores: "ip_vs_rr".
  public var modules: [String: ModuleState] = [:]
  /// By path below /proc/sys, since interface names may hold dots: "net/ipv4/ip_forward".
  public var settings: [String: Fact<String>] = [:]
  /// IPVS' connection table has two to the power of this many buckets.
  public var connectionTableBits: Fact<Int> = .absent
  public var timeouts: Fact<ConnectionTimeouts> = .absent
  public var servers: Fact<VirtualServers> = .absent
  /// What plain iptables says of its version, by family: "1.8.9 (nf_tables)".
  public var iptables: [IPFamily: Fact<String>] = [:]
  /// Every backend of each family that can hold rules and could be read, or why it couldn't.
  public var rules: [RuleStore] = []
  public var nftables: Fact<NFTables> = .absent
  /// The process number of a kube-proxy in this network namespace.
  public var kubeProxy: Int32?
  /// Whether an ipvs-proxy works in this network namespace.
  public var isRunning = false
  public var interfaces: Fact<[Interface]> = .absent
  public var routes: [Route] = []
  /// Programs that say they manage kube-ipvs0.
  public var deviceManagers: [DeviceManager] = []

  public init(wanted: Wanted = Wanted()) {
    self.wanted = wanted
  }

  /// Name of the device that holds the virtual addresses.
  public static let deviceName = "kube-ipvs0"

  /// The virtual addresses in force.
  public var virtualAddresses: [IPAddress] {
    interfaces.value?.first { $0.name == Self.deviceName }?.addresses.filter { !$0.isLinkLocal } ?? []
  }

  /// Whether a Service proxy in IPVS mode serves this node, or has left it served: what it sets at its start must be
  /// right by now.
  public var isServed: Bool { isRunning || kubeProxy != nil || !virtualAddresses.isEmpty }
}

/// What the configuration asks of the node, as far as checks depend on it.
public struct Wanted: Hashable, Sendable {
  public var families: [IPFamily] = [.ipv4]
  /// IPVS' name of it.
  public var scheduler = "rr"
  public var strictARP = false
  /// Where ClusterIPs come from; empty when that isn't known.
  public var serviceNetworks: [IPNetwork] = []
  /// Where pods have their addresses; empty when that isn't known.
  public var podNetworks: [IPNetwork] = []
  /// Virtual servers in these are others', as the operator has said.
  public var excludedNetworks: [IPNetwork] = []
  public var nodePorts: ClosedRange<UInt16> = 30_000...32_767
  public var udpTimeouts = UDPTimeouts()

  public init() {}
}

/// After how many seconds of silence a UDP flow is to be forgotten; 0 leaves the kernel's time.
public struct UDPTimeouts: Hashable, Sendable {
  public var ipvs: Int
  public var conntrack: Int
  /// Of flows that have gone both ways.
  public var conntrackStream: Int

  public init(ipvs: Int = 0, conntrack: Int = 0, conntrackStream: Int = 0) {
    self.ipvs = ipvs
    self.conntrack = conntrack
    self.conntrackStream = conntrackStream
  }
}

public struct KernelRelease: Hashable, Sendable {
  /// As uname(2) has it: "6.1.0-56-amd64".
  public var text: String
  public var major: Int
  public var minor: Int

  public init(_ text: String, major: Int, minor: Int) {
    self.text = text
    self.major = major
    self.minor = minor
  }

  func isOlder(than major: Int, _ minor: Int) -> Bool { (self.major, self.minor) < (major, minor) }
}

public enum ModuleState: Hashable, Sendable {
  /// It, or what it provides, is in the kernel.
  case present
  /// The node has it: it can be loaded, by whoever has CAP_SYS_MODULE or by the kernel when it is first used.
  case loadable
  case missing
  /// Not in the kernel as far as that shows, and the node's list of modules can't be read.
  case unknown
}
