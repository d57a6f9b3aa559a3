import Addressing
import Reconciler

/// A little of everything that can be applied, and the state it gives.
struct Sample {
  private let v6 = IPAddress(ipv6High: 0xFD00_0000_0000_0000, low: 1)
  private let v6Pod = IPAddress(ipv6High: 0xFD00_0001_0000_0000, low: 5)

  private var servers: [VirtualServerState] {
    let sticky = VirtualServer(
      VirtualServerID(virtualIP(1), port: 443, transport: .tcp), scheduler: Scheduler(rawValue: "wrr"),
      persistence: 10800)
    let flagged = VirtualServer(
      VirtualServerID(v6, port: 53, transport: .udp), scheduler: Scheduler(rawValue: "sh"),
      schedulerFlags: [.scheduler1, .scheduler2])
    let empty = VirtualServer(VirtualServerID(virtualIP(2), port: 9, transport: .sctp))
    return [
      VirtualServerState(sticky, realServers: [realServer(1), realServer(2, weight: 0)]),
      VirtualServerState(flagged, realServers: [RealServer(RealServerID(v6Pod, port: 5353), weight: 100)]),
      VirtualServerState(empty),
    ]
  }

  private var entries: [IPSetEntry] {
    [
      (IPSetKind.boundAddresses, IPSetMember.address(virtualIP(1))),
      (.clusterIP, .addressPort(virtualIP(1), .tcp, 443)), (.clusterIP, .addressPort(v6, .udp, 53)),
      (.loopBack, .addressPortAddress(virtualIP(9), .sctp, 9, virtualIP(9))),
      (.loadBalancerSourceCIDR, .addressPortNetwork(virtualIP(1), .tcp, 443, IPNetwork(host: virtualIP(8)))),
      (.nodePortTCP, .port(30080)), (.nodePortTCP, .port(0)), (.nodePortUDP, .port(65535)),
    ].map { kind, member in
      if case .addressPort(let address, _, _) = member {
        return IPSetEntry(IPSetID(kind, address.family), member)
      }
      return IPSetEntry(IPSetID(kind, .ipv4), member)
    } + networks
  }

  private var networks: [IPSetEntry] {
    [IPNetwork(virtualIP(0), prefixLength: 8), IPNetwork(v6, prefixLength: 16)].compactMap(\.self).map {
      network in
      let address = network.family == .ipv4 ? virtualIP(1) : v6
      return IPSetEntry(
        IPSetID(.loadBalancerSourceCIDR, network.family), .addressPortNetwork(address, .tcp, 443, network))
    }
  }

  var operations: [Operation] {
    entries.map { .addMember($0) }
      + servers.flatMap { state in
        [.addVirtualServer(state.virtualServer)]
          + state.realServers.values.map { .addRealServer($0, to: state.virtualServer.id) }
      } + [.addAddress(virtualIP(1)), .addAddress(v6)]
  }

  var state: KernelState {
    var sets: [IPSetID: IPSetMembers] = [:]
    for family in IPFamily.allCases {
      for id in IPSetID.all(family) { sets[id] = [] }
    }
    for entry in entries { sets[entry.set]?.insert(entry.member) }
    return KernelState(
      virtualServers: Dictionary(servers.map { ($0.virtualServer.id, $0) }, uniquingKeysWith: { $1 }),
      addresses: [virtualIP(1), v6], sets: sets)
  }
}
