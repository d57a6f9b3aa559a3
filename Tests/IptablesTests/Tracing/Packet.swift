import Addressing

/// A packet as rules see it.
struct Packet {
  var source: IPAddress
  var destination: IPAddress
  /// iptables' name: "tcp", "udp", "sctp", "icmp", "ipv6-icmp".
  var transport = "tcp"
  /// The destination's.
  var port: UInt16 = 80
  /// Empty for what the node sends itself.
  var inInterface = ""
  /// Conntrack's, as `--ctstate` names it.
  var state = "NEW"
  var mark: UInt32 = 0
  /// What it was sent to before IPVS chose the real server that is the destination now.
  var virtualServer: VirtualServer?

  struct VirtualServer {
    let address: IPAddress
    let port: UInt16
  }
}
