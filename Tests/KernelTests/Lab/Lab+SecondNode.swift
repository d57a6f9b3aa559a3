import Addressing

/// A second node, node-b, with pods of its own. It routes the virtual IPs to node-a, and knows no way to the client
/// outside: what a client sends to its pods gets an answer only with node-a's address as source.
extension Lab {
  static let secondNodeAddress = "192.168.77.2"
  static let secondNodeAddress6 = "fd00:77::2"

  /// The namespace of a pod on node-b.
  func remotePodName(_ number: Int) -> String { podName(number) }
  static func remotePodAddress(_ number: Int) -> String { "10.244.1.\(number)" }
  static func remotePodAddress6(_ number: Int) -> String { "fd00:10:244:1::\(number)" }

  /// The virtual networks are where the virtual IPs are, both families.
  func addSecondNode(pods: [Int], virtualNetworks: [String], serving listeners: [PodServer.Listener]) throws {
    let second = try addBareNamespace("node-b")
    try inNode([
      "link add to-b type veth peer name eth-a netns \(second)", "addr add \(Self.nodeAddress)/32 dev to-b",
      "addr add \(Self.nodeAddress6)/128 dev to-b nodad", "link set to-b up",
    ])
    try batch(
      second,
      [
        "addr add \(Self.secondNodeAddress)/32 dev eth-a",
        "addr add \(Self.secondNodeAddress6)/128 dev eth-a nodad", "link set eth-a up",
        "route add \(Self.nodeAddress) dev eth-a", "route add \(Self.nodeAddress6) dev eth-a",
      ]
        + (virtualNetworks + ["10.244.0.0/24", "fd00:10:244::/64"]).map { network in
          "route add \(network) via \(network.contains(":") ? Self.nodeAddress6 : Self.nodeAddress) dev eth-a onlink"
        })
    try inNode([
      "route add \(Self.secondNodeAddress) dev to-b", "route add \(Self.secondNodeAddress6) dev to-b",
      "route add 10.244.1.0/24 via \(Self.secondNodeAddress) dev to-b onlink",
      "route add fd00:10:244:1::/64 via \(Self.secondNodeAddress6) dev to-b onlink",
    ])
    try NamespaceThread.run(second) {
      try Shell.check(["sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"])
    }
    for number in pods { try addRemotePod(number, on: second, serving: listeners) }
  }

  private func addRemotePod(_ number: Int, on node: String, serving listeners: [PodServer.Listener]) throws {
    let name = remotePodName(number)
    let (address, address6) = (Self.remotePodAddress(number), Self.remotePodAddress6(number))
    let (gateway, gateway6) = (Self.secondNodeAddress, Self.secondNodeAddress6)
    try addNamespace(name)
    try batch(
      node,
      [
        "link add pod\(number) type veth peer name eth0 netns \(name)",
        "addr add \(gateway)/32 dev pod\(number)",
        "addr add \(gateway6)/128 dev pod\(number) nodad", "link set pod\(number) up",
      ])
    try batch(
      name,
      [
        "addr add \(address)/32 dev eth0", "addr add \(address6)/128 dev eth0 nodad", "link set eth0 up",
        "route add \(gateway) dev eth0", "route add default via \(gateway) dev eth0",
        "route add \(gateway6) dev eth0", "route add default via \(gateway6) dev eth0",
      ])
    try batch(
      node, ["route add \(address)/32 dev pod\(number)", "route add \(address6)/128 dev pod\(number)"])
    try serve(number, listeners)
  }
}
