import Addressing
import Foundation

/// Node-a with pods 1 and 2, node-b with pods 11 and 12, a client outside, and one round of the program: made once,
/// used by every test of the matrix. It goes away with the process.
struct MatrixLab: Sendable {
  static let shared = Result { try MatrixLab() }

  static let clientAddresses: [IPFamily: (first: String, second: String)] = [
    .ipv4: ("203.0.113.2", "203.0.113.3"), .ipv6: ("fd00:113::2", "fd00:113::3"),
  ]
  /// Where the node itself listens, behind no Service.
  static let hostPort: UInt16 = 9000
  private static let localPods = [1, 2]
  private static let remotePods = [11, 12]

  let explained: ExplainedTraffic
  private let namespaces: [Origin: String]

  func namespace(_ origin: Origin) -> String { namespaces[origin] ?? "" }

  static func address(_ pod: Int, _ family: IPFamily) -> String {
    switch (pod < 10, family) {
    case (true, .ipv4): "10.244.0.\(pod)"
    case (true, .ipv6): "fd00:10:244::\(pod)"
    case (false, .ipv4): Lab.remotePodAddress(pod)
    case (false, .ipv6): Lab.remotePodAddress6(pod)
    }
  }

  private init() throws {
    let lab = try Lab("matrix")
    defer { try? FileManager.default.removeItem(at: lab.directory) }
    let listeners = MatrixService.transports.flatMap { transport in
      IPFamily.allCases.map { PodServer.Listener(transport: transport, family: $0, port: 8080) }
    }
    for pod in Self.localPods { try lab.addPod(pod, serving: listeners) }
    try lab.addSecondNode(
      pods: Self.remotePods, virtualNetworks: MatrixService.virtualNetworks, serving: listeners)
    try Self.narrowClient(lab)
    try Self.unlimitRefusals(lab)
    let hostListeners = [TransportProtocol.tcp, .udp].flatMap { transport in
      IPFamily.allCases.map { PodServer.Listener(transport: transport, family: $0, port: Self.hostPort) }
    }
    try lab.serve("host", in: lab.node, hostListeners)

    try lab.write("matrix.yaml", MatrixManifests.text(TrafficTable.services))
    let flags = ["--service-cluster-ip-range", "10.96.0.0/12,fd00:10:96::/112"]
    let result = try lab.once(flags)
    guard result.status == 0 else { throw CommandFailed(command: ["ipvs-proxy --once"], result: result) }
    explained = try ExplainedTraffic(lab, TrafficTable.groups.flatMap(\.checks), flags: flags)
    namespaces = [
      .client: lab.client, .secondClient: lab.client, .node: lab.node, .pod1: lab.podName(1),
      .pod2: lab.podName(2), .remotePod: lab.remotePodName(11),
    ]
  }

  /// The client knows the way to virtual IPs and to the node, to no pod: an answer must come from what it asked.
  private static func narrowClient(_ lab: Lab) throws {
    let networks = MatrixService.virtualNetworks + [Lab.nodeAddress, Lab.nodeAddress6]
    try lab.batch(
      lab.client,
      [
        "route del default via 203.0.113.1", "route del default via fd00:113::1",
        "addr add 203.0.113.3/24 dev eth0", "addr add fd00:113::3/64 dev eth0 nodad",
      ]
        + networks.map { "route add \($0) via \($0.contains(":") ? "fd00:113::1" : "203.0.113.1")" })
  }

  /// Refusals are ICMP errors, and the kernel sends about one a second to the same client unless told otherwise.
  private static func unlimitRefusals(_ lab: Lab) throws {
    try lab.exec([
      "sysctl", "-qw", "net.ipv4.icmp_ratemask=0", "net.ipv6.icmp.ratemask=127", "net.ipv6.icmp.ratelimit=0",
    ])
    for namespace in [lab.client, lab.node, lab.podName(1), lab.podName(2)] {
      try NamespaceThread.run(namespace) {
        try Shell.check(["sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647"])
      }
    }
  }
}
