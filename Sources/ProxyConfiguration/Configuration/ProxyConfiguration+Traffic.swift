import Addressing

extension ProxyConfiguration {
  /// Whose traffic is masqueraded, what is guarded, and where node ports are served.
  public struct Traffic: Sendable, Hashable {
    public enum DetectLocalMode: String, Sendable, Hashable, CaseIterable {
      case clusterCIDR = "ClusterCIDR"
      case nodeCIDR = "NodeCIDR"
      case bridgeInterface = "BridgeInterface"
      case interfaceNamePrefix = "InterfaceNamePrefix"
    }

    public enum NodePortAddresses: Sendable, Hashable {
      /// Every address of the node.
      case all
      /// Those in these networks.
      case networks([IPNetwork])
      /// Those that the Node object, or the bind address, names first.
      case primary
    }

    public var detectLocalMode = DetectLocalMode.clusterCIDR
    /// In mode ClusterCIDR one network, or one of each family; empty for none.
    public var clusterCIDRs: [IPNetwork] = []
    /// Not empty in mode BridgeInterface.
    public var bridgeInterface = ""
    /// Not empty in mode InterfaceNamePrefix.
    public var interfaceNamePrefix = ""
    public var masqueradeAll = false
    /// The bit of the packet mark that asks for masquerading, 0...31.
    public var masqueradeBit = 14
    /// Source ports that masquerading may choose; nil leaves them to the kernel.
    public var masqueradePorts: ClosedRange<UInt16>?
    public var nodePortAddresses = NodePortAddresses.all
    /// Whether the guard rules are put in force.
    public var guards = true
    /// Whether source ranges are applied to node ports too.
    public var sourceRangesOnNodePorts = false
  }

  public struct IPVS: Sendable, Hashable {
    /// As given: empty for rr.
    public var scheduler = ""
    /// Between two full comparisons with the kernel, more than zero.
    public var syncPeriod = Duration.seconds(30)
    /// At most `syncPeriod`. Without effect: a change is applied as it comes.
    public var minimumSyncPeriod = Duration.seconds(1)
    /// Virtual servers and addresses in these networks are never removed.
    public var excludedNetworks: [IPNetwork] = []
    public var strictARP = false
    /// Zero keeps the kernel's value, here and in the next two.
    public var tcpTimeout = Duration.zero
    public var tcpFinTimeout = Duration.zero
    public var udpTimeout = Duration.zero
    /// How long a real server may drain after its endpoint has gone; not negative.
    public var drainTimeout = Duration.seconds(900)

    /// IPVS' name of the scheduler.
    public var schedulerName: String { scheduler.isEmpty ? "rr" : scheduler }
  }

  /// Connection tracking. Zero leaves a value alone; nothing is negative.
  public struct Conntrack: Sendable, Hashable {
    public var maximumPerCore = 32_768
    public var minimum = 131_072
    public var tcpEstablishedTimeout = Duration.seconds(86_400)
    public var tcpCloseWaitTimeout = Duration.seconds(3_600)
    public var tcpBeLiberal = false
    public var udpTimeout = Duration.zero
    public var udpStreamTimeout = Duration.zero
  }
}
