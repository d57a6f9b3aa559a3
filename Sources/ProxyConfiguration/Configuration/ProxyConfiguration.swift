import Addressing

/// All that flags and the config file say: checked, and with every default filled in. The defaults here are those of
/// kube-proxy's flags.
public struct ProxyConfiguration: Sendable, Hashable {
  public var client = ClientConnection()
  public var manifests = Manifests()
  public var node = Node()
  public var traffic = Traffic()
  public var ipvs = IPVS()
  public var conntrack = Conntrack()
  public var health = Health()
  public var logging = Logging()
  public var process = Process()
  /// What was given for settings without effect here, by key in the config file: kept so that the effective
  /// configuration can be written whole. A setting that is at its default has no entry.
  public var withoutEffect: [String: SettingValue] = [:]

  public init() {}

  /// Where Services come from: the manifests if there is a directory of them, otherwise the API server.
  public var source: Source { manifests.directory.isEmpty ? .cluster(client) : .manifests(manifests) }

  /// Where ClusterIPs come from, as far as is known: what was given, or the default range of manifests. Of a cluster
  /// nothing is assumed.
  public var serviceRanges: [IPNetwork] {
    if !manifests.serviceClusterIPRange.isEmpty || manifests.directory.isEmpty {
      return manifests.serviceClusterIPRange
    }
    return Manifests.defaultServiceRanges
  }
}

extension ProxyConfiguration {
  public enum Source: Sendable, Hashable {
    case manifests(Manifests)
    case cluster(ClientConnection)
  }

  /// The way to the API server (clientConnection in the config file).
  public struct ClientConnection: Sendable, Hashable {
    /// Path of the kubeconfig file; empty for the service account of the pod.
    public var kubeconfig = ""
    /// Address of the API server, which goes before that in the kubeconfig; empty for none.
    public var master = ""
    /// Media types to accept, comma-separated; empty for `contentType`.
    public var acceptContentTypes = ""
    /// application/vnd.kubernetes.protobuf or application/json, possibly with parameters.
    public var contentType = "application/vnd.kubernetes.protobuf"
    /// Requests per second on average, never 0; negative for no limit.
    public var qps = 5.0
    /// Requests at once before `qps` limits them, at least 1.
    public var burst = 10
    /// More than zero. Without effect: a watch tells of every change.
    public var configSyncPeriod = Duration.seconds(900)
  }

  /// Services from a directory instead of a cluster.
  public struct Manifests: Sendable, Hashable {
    /// Empty for none: Services come from the API server then.
    public var directory = ""
    /// Where allocated addresses and last good manifests are kept across restarts.
    public var stateDirectory = "/var/lib/ipvs-proxy"
    /// One network of each family at most; empty where none was given.
    public var serviceClusterIPRange: [IPNetwork] = []
    public var serviceNodePortRange: ClosedRange<UInt16> = 30_000...32_767

    /// 10.96.0.0/12, as kubeadm has it.
    static let defaultServiceRanges = [IPNetwork(IPAddress(ipv4: 0x0A60_0000), prefixLength: 12)].compactMap(
      \.self)
  }

  public struct Node: Sendable, Hashable {
    /// Lower case, without blanks around it; empty for the host's name.
    public var hostnameOverride = ""
    /// The node's own address, and so its primary family; an unspecified address says nothing.
    public var bindAddress = IPAddress(ipv4: 0)

    /// The address that goes before those of the Node object; nil without.
    public var addressOverride: IPAddress? { bindAddress.isUnspecified ? nil : bindAddress }
  }
}
