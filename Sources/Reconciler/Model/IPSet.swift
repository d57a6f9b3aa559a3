import Addressing

/// The kernel's set types that are used, by ipset(8)'s names.
public enum IPSetType: String, Hashable, Sendable {
  case hashIP = "hash:ip"
  case hashIPPort = "hash:ip,port"
  case hashIPPortIP = "hash:ip,port,ip"
  case hashIPPortNet = "hash:ip,port,net"
  case bitmapPort = "bitmap:port"
}

/// The fixed family of sets, one of each per IP family. Names and types are kube-proxy's, so that a node can change
/// hands while it serves.
public enum IPSetKind: UInt8, Hashable, Sendable, CaseIterable {
  case loopBack
  case clusterIP
  case externalIP
  case externalIPLocal
  case loadBalancer
  case loadBalancerLocal
  case loadBalancerFirewall
  case loadBalancerSourceIP
  case loadBalancerSourceCIDR
  case nodePortTCP
  case nodePortLocalTCP
  case nodePortUDP
  case nodePortLocalUDP
  case nodePortSCTP
  case nodePortLocalSCTP
  case healthCheckNodePort
  /// Addresses and node ports of Services with policy Local and no endpoint on this node: traffic from outside is
  /// dropped. Not one of kube-proxy's sets.
  case noLocalEndpoints
  /// The addresses of ours on kube-ipvs0.
  case boundAddresses

  public var type: IPSetType {
    switch self {
    case .loopBack, .loadBalancerSourceIP: .hashIPPortIP
    case .clusterIP, .externalIP, .externalIPLocal, .loadBalancer, .loadBalancerLocal,
      .loadBalancerFirewall, .nodePortSCTP, .nodePortLocalSCTP, .noLocalEndpoints:
      .hashIPPort
    case .loadBalancerSourceCIDR: .hashIPPortNet
    case .nodePortTCP, .nodePortLocalTCP, .nodePortUDP, .nodePortLocalUDP, .healthCheckNodePort:
      .bitmapPort
    case .boundAddresses: .hashIP
    }
  }

  /// Of the set for IPv4: a literal, because every message to a set names it.
  fileprivate var name: String {
    switch self {
    case .loopBack: "KUBE-LOOP-BACK"
    case .clusterIP: "KUBE-CLUSTER-IP"
    case .externalIP: "KUBE-EXTERNAL-IP"
    case .externalIPLocal: "KUBE-EXTERNAL-IP-LOCAL"
    case .loadBalancer: "KUBE-LOAD-BALANCER"
    case .loadBalancerLocal: "KUBE-LOAD-BALANCER-LOCAL"
    case .loadBalancerFirewall: "KUBE-LOAD-BALANCER-FW"
    case .loadBalancerSourceIP: "KUBE-LOAD-BALANCER-SOURCE-IP"
    case .loadBalancerSourceCIDR: "KUBE-LOAD-BALANCER-SOURCE-CIDR"
    case .nodePortTCP: "KUBE-NODE-PORT-TCP"
    case .nodePortLocalTCP: "KUBE-NODE-PORT-LOCAL-TCP"
    case .nodePortUDP: "KUBE-NODE-PORT-UDP"
    case .nodePortLocalUDP: "KUBE-NODE-PORT-LOCAL-UDP"
    case .nodePortSCTP: "KUBE-NODE-PORT-SCTP-HASH"
    case .nodePortLocalSCTP: "KUBE-NODE-PORT-LOCAL-SCTP-HASH"
    case .healthCheckNodePort: "KUBE-HEALTH-CHECK-NODE-PORT"
    case .noLocalEndpoints: "KUBE-NO-LOCAL-ENDPOINTS"
    case .boundAddresses: "KUBE-IPVS-IPS"
    }
  }

  /// 0 for sets whose members exempt from what others demand, 2 for those that restrict, 1 for the rest.
  var restriction: Int {
    switch self {
    case .loadBalancerSourceCIDR, .loadBalancerSourceIP, .loadBalancerLocal, .externalIPLocal,
      .nodePortLocalTCP,
      .nodePortLocalUDP, .nodePortLocalSCTP:
      0
    case .loadBalancerFirewall, .loadBalancer, .noLocalEndpoints: 2
    default: 1
    }
  }

  /// The protocol of the node ports that a bitmap of this kind records.
  var nodePortTransport: TransportProtocol? {
    switch self {
    case .nodePortTCP: .tcp
    case .nodePortUDP: .udp
    default: nil
    }
  }

  /// Whether a member says that the virtual server of that address, protocol and port is ours.
  public var recordsVirtualServers: Bool {
    switch self {
    case .clusterIP, .externalIP, .externalIPLocal, .loadBalancer, .nodePortSCTP: true
    default: false
    }
  }
}

/// One set of one IP family.
public struct IPSetID: Hashable, Sendable {
  public let kind: IPSetKind
  public let family: IPFamily

  public init(_ kind: IPSetKind, _ family: IPFamily) {
    self.kind = kind
    self.family = family
  }

  /// "KUBE-…", or "KUBE-6-…" cut to the 31 characters the kernel allows (IPSET_MAXNAMELEN of ip_set.h less the NUL).
  /// Not stored in each: every member that is kept names its set.
  public var name: String { family == .ipv4 ? kind.name : Self.namesIPv6[kind, default: ""] }

  private static let namesIPv6 = Dictionary(
    uniqueKeysWithValues: IPSetKind.allCases.map { kind in
      (kind, String("KUBE-6-\(kind.name.dropFirst("KUBE-".count))".prefix(31)))
    })

  /// Every set of the family, in IPSetKind's order.
  public static func all(_ family: IPFamily) -> [IPSetID] { IPSetKind.allCases.map { IPSetID($0, family) } }
}

extension IPSetID: Comparable {
  /// In the order in which members go in: by what they restrict, then by name.
  public static func < (left: Self, right: Self) -> Bool {
    (left.kind.restriction, left.name) < (right.kind.restriction, right.name)
  }
}

extension IPSetID: CustomStringConvertible {
  public var description: String { name }
}

/// A member of a set; its case must suit the set's type.
public enum IPSetMember: Hashable, Sendable {
  case address(IPAddress)
  case addressPort(IPAddress, TransportProtocol, UInt16)
  case addressPortAddress(IPAddress, TransportProtocol, UInt16, IPAddress)
  case addressPortNetwork(IPAddress, TransportProtocol, UInt16, IPNetwork)
  case port(UInt16)
}

extension IPSetMember: CustomStringConvertible {
  /// As `ipset save` prints it: "10.96.0.1,tcp:443". A network that is a single host has no "/32".
  public var description: String {
    switch self {
    case .address(let address): "\(address)"
    case .addressPort(let address, let transport, let port): "\(address),\(transport):\(port)"
    case .addressPortAddress(let address, let transport, let port, let other):
      "\(address),\(transport):\(port),\(other)"
    case .addressPortNetwork(let address, let transport, let port, let network):
      network.prefixLength == network.family.addressBits
        ? "\(address),\(transport):\(port),\(network.address)"
        : "\(address),\(transport):\(port),\(network)"
    case .port(let port): "\(port)"
    }
  }
}

/// A member in its set.
public struct IPSetEntry: Hashable, Sendable {
  // In this order without padding.
  public let member: IPSetMember
  public let set: IPSetID

  public init(_ set: IPSetID, _ member: IPSetMember) {
    self.set = set
    self.member = member
  }
}

extension IPSetMember {
  public func hash(into hasher: inout Hasher) {
    let (first, second) = hashed
    hasher.combine(first)
    hasher.combine(second)
  }

  public func _rawHashValue(seed: Int) -> Int {
    let (first, second) = hashed
    return KeyHash.of(first, second, seed: seed)
  }

  /// What is left out are second addresses: they differ where the first do.
  private var hashed: (UInt64, UInt64) {
    switch self {
    case .address(let address): (address.low, address.high)
    case .addressPort(let address, let transport, let port),
      .addressPortAddress(let address, let transport, let port, _):
      (address.low, address.high ^ Self.bits(transport, port))
    case .addressPortNetwork(let address, let transport, let port, let network):
      (
        address.low << 32 ^ network.address.low ^ UInt64(network.prefixLength) << 56,
        address.high ^ network.address.high ^ Self.bits(transport, port)
      )
    case .port(let port): (UInt64(port), 1)
    }
  }

  private static func bits(_ transport: TransportProtocol, _ port: UInt16) -> UInt64 {
    UInt64(port) << 40 ^ UInt64(transport.rawValue) << 32
  }
}

extension IPSetEntry {
  public func _rawHashValue(seed: Int) -> Int {
    member._rawHashValue(seed: seed ^ set._rawHashValue(seed: seed))
  }
}

extension IPSetID {
  public func _rawHashValue(seed: Int) -> Int {
    KeyHash.of(UInt64(kind.rawValue), UInt64(family.rawValue), seed: seed)
  }
}

extension IPSetEntry: CustomStringConvertible {
  public var description: String { "\(set) \(member)" }
}
