import Addressing

/// How traffic of pods is told from traffic of everybody else: kube-proxy's detect-local modes.
///
/// Traffic of pods to a cluster IP keeps its source. Where nothing can be told, no arriving traffic counts as a pod's.
public enum LocalDetector: Hashable, Sendable {
  /// ClusterCIDR with all its networks, or NodeCIDR with the node's pod CIDRs: the source is in one of them. Networks
  /// of another family say nothing, and neither does one that holds every address; without any, nothing can be told.
  case networks([IPNetwork])
  /// BridgeInterface: the packet comes in by this bridge.
  case bridge(String)
  /// InterfaceNamePrefix: the packet comes in by an interface whose name begins so.
  case interfacePrefix(String)

  /// No detection.
  public static let off = LocalDetector.networks([])

  /// Whether the kernel could have an interface of that name, or one beginning so: 1...15 bytes without blanks, "/" and
  /// ":", neither "." nor ".." (dev_valid_name of net/core/dev.c), and without iptables' wildcard "+" at the end.
  public static func accepts(interfaceName name: String) -> Bool {
    let isPlain = name.utf8.allSatisfy {
      $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":")
    }
    return (1...15).contains(name.utf8.count) && isPlain && name != "." && name != ".."
      && !name.hasSuffix("+")
  }
}

extension LocalDetector {
  /// The conditions of which each calls a packet of the family a pod's, in rules' words; empty where nothing can be
  /// told.
  func conditions(_ family: IPFamily) -> [String] {
    switch self {
    case .networks(let networks):
      let networks = networks.filter { $0.family == family }
      return networks.contains { $0.prefixLength == 0 } ? [] : networks.map { "-s \($0)" }
    case .bridge(let name): return ["-i \(Rule.quoted(name))"]
    case .interfacePrefix(let prefix): return ["-i \(Rule.quoted(prefix + "+"))"]
    }
  }
}
