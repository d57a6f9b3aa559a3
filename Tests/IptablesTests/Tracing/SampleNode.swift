import Addressing
import Iptables

/// A node of either family with one virtual server of each kind, all on TCP port 80, and the members of the sets that
/// the core keeps for them.
struct SampleNode {
  /// Where a packet comes from.
  enum Client: String, CaseIterable {
    case pod, podOfAnotherNode, outside
    /// In a source range of a /24 or /64, and in one of a single address.
    case inRange, singleAddress
  }

  /// What a packet is for.
  enum Service: Int, CaseIterable {
    case clusterIP = 1
    case external, externalLocal, externalNoLocal
    case balancer, balancerLocal, balancerNoLocal
    case balancerRanges, balancerNodeRange, balancerAnyRange, balancerEmptyOfRanges

    var isNoLocal: Bool { self == .externalNoLocal || self == .balancerNoLocal }
  }

  static let nodePort: UInt16 = 30080
  static let localNodePort: UInt16 = 30081
  static let noLocalNodePort: UInt16 = 30082
  static let healthPort: UInt16 = 30990
  static let podPort: UInt16 = 8080

  let family: IPFamily

  /// "10.96.0.N" and the like of the other family.
  private func address(_ v4: String, _ v6: String) -> IPAddress {
    guard let address = IPAddress(family == .ipv4 ? v4 : v6) else { preconditionFailure("\(v4) or \(v6)") }
    return address
  }

  func network(_ v4: String, _ v6: String) -> IPNetwork {
    guard let network = IPNetwork(family == .ipv4 ? v4 : v6) else { preconditionFailure("\(v4) or \(v6)") }
    return network
  }

  var node: IPAddress { address("192.168.77.1", "fd00:77::1") }
  var pods: IPNetwork { network("10.244.0.0/16", "fd00:10:244::/48") }
  var server: IPAddress { address("10.244.0.5", "fd00:10:244::5") }

  func address(of service: Service) -> IPAddress {
    address("10.96.0.\(service.rawValue)", "fd00:96::\(service.rawValue)")
  }

  func address(of client: Client) -> IPAddress {
    switch client {
    case .pod: address("10.244.0.9", "fd00:10:244::9")
    case .podOfAnotherNode: address("10.244.1.9", "fd00:10:244:1::9")
    case .outside: address("198.51.100.200", "2001:db8:9::200")
    case .inRange: address("203.0.113.7", "2001:db8:1::7")
    case .singleAddress: address("198.51.100.7", "2001:db8:9::7")
    }
  }

  var localAddresses: Set<IPAddress> { Set(Service.allCases.map(address) + [node]) }

  func packet(from client: Client, to service: Service) -> Packet {
    packet(from: client, to: address(of: service), port: 80)
  }

  func packet(from client: Client, to destination: IPAddress, port: UInt16) -> Packet {
    Packet(
      source: address(of: client), destination: destination, port: port,
      inInterface: client == .pod ? "cni0" : "eth0")
  }

  /// The node's own, from a socket bound to the node's address or from an unbound one.
  func ownPacket(to service: Service, isBound: Bool) -> Packet {
    Packet(source: isBound ? node : address(of: service), destination: address(of: service))
  }

  func scheduled(_ packet: Packet) -> Packet {
    var scheduled = packet
    scheduled.virtualServer = .init(address: packet.destination, port: packet.port)
    scheduled.destination = server
    scheduled.port = Self.podPort
    return scheduled
  }

  /// Whether IPVS has a virtual server for the packet, the members of the sets being the record of them.
  func serves(_ packet: Packet, by sets: [String: [String]]) -> Bool {
    let text = "\(packet.destination),\(packet.transport):\(packet.port)"
    let lists = ["CLUSTER-IP", "EXTERNAL-IP", "EXTERNAL-IP-LOCAL", "LOAD-BALANCER"]
    if lists.contains(where: { sets[name($0)]?.contains(text) == true }) { return true }
    let isNodePort =
      sets[name("NODE-PORT-\(packet.transport.uppercased())")]?.contains("\(packet.port)") == true
    let isSCTP = sets[name("NODE-PORT-SCTP-HASH")]?.contains(text) == true
    return packet.destination == node && (isNodePort || isSCTP)
  }
}

extension SampleNode {
  func name(_ kind: String) -> String { String(((family == .ipv4 ? "KUBE-" : "KUBE-6-") + kind).prefix(31)) }

  var sets: [String: [String]] {
    let balancers = Service.allCases.filter { $0.rawValue >= Service.balancer.rawValue }
    let ranged: [Service] = [.balancerRanges, .balancerNodeRange, .balancerAnyRange, .balancerEmptyOfRanges]
    let members: [String: [String]] = [
      "LOOP-BACK": ["\(server),tcp:\(Self.podPort),\(server)"],
      "CLUSTER-IP": [served(.clusterIP)],
      "EXTERNAL-IP": [served(.external)],
      "EXTERNAL-IP-LOCAL": [.externalLocal, .externalNoLocal].map(served),
      "LOAD-BALANCER": balancers.map(served),
      "LOAD-BALANCER-LOCAL": [.balancerLocal, .balancerNoLocal].map(served),
      "LOAD-BALANCER-FW": ranged.map(served),
      "LOAD-BALANCER-SOURCE-IP": ["\(served(.balancerNodeRange)),\(address(of: .balancerNodeRange))"],
      "LOAD-BALANCER-SOURCE-CIDR": sourceRanges,
      "NODE-PORT-TCP": [Self.nodePort, Self.localNodePort, Self.noLocalNodePort].map { "\($0)" },
      "NODE-PORT-LOCAL-TCP": [Self.localNodePort, Self.noLocalNodePort].map { "\($0)" },
      "NODE-PORT-UDP": ["\(Self.nodePort)", "\(Self.localNodePort)"],
      "NODE-PORT-LOCAL-UDP": ["\(Self.localNodePort)"],
      "NODE-PORT-SCTP-HASH": ["\(node),sctp:\(Self.nodePort)", "\(node),sctp:\(Self.localNodePort)"],
      "NODE-PORT-LOCAL-SCTP-HASH": ["\(node),sctp:\(Self.localNodePort)"],
      "HEALTH-CHECK-NODE-PORT": ["\(Self.healthPort)"],
      "NO-LOCAL-ENDPOINTS": [served(.externalNoLocal), served(.balancerNoLocal)]
        + ["\(node),tcp:\(Self.noLocalNodePort)"],
      "IPVS-IPS": Service.allCases.map { "\(address(of: $0))" },
    ]
    return Dictionary(uniqueKeysWithValues: members.map { (name($0), $1) })
  }

  private func served(_ service: Service) -> String { "\(address(of: service)),tcp:80" }

  /// Of one Service a network and a single address, of one the node's network, of one all addresses in two halves.
  private var sourceRanges: [String] {
    let halves = [network("0.0.0.0/1", "::/1"), network("128.0.0.0/1", "8000::/1")]
    return [
      "\(served(.balancerRanges)),\(network("203.0.113.0/24", "2001:db8:1::/64"))",
      "\(served(.balancerRanges)),\(address(of: .singleAddress))",
      "\(served(.balancerNodeRange)),\(network("192.168.77.0/24", "fd00:77::/64"))",
    ] + halves.map { "\(served(.balancerAnyRange)),\($0)" }
  }
}
