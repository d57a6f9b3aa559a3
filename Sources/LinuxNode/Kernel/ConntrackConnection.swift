import Addressing
import Netlink

/// Connection tracking over one socket, on a thread of its own: going through a large table takes long.
actor ConntrackConnection {
  private nonisolated let thread = KernelThread(name: "netlink-ct")
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private var client: Reopening<ConntrackClient>

  init(_ transport: @escaping TransportFactory) {
    client = Reopening { () throws(NetlinkError) in
      ConntrackClient(NetlinkConnection(try transport(.netfilter)))
    }
  }

  func flows(
    _ filter: ConntrackFilter, to destinations: Set<FlowDestination>
  ) throws(NetlinkError) -> [ConntrackFlow] {
    try client.with { (client) throws(NetlinkError) in
      try client.flows(filter) { flow in
        destinations.contains(
          FlowDestination(address: flow.original.destination, port: flow.original.destinationPort))
      }
    }
  }

  func delete(_ flows: [ConntrackFlow]) -> [RequestResult] {
    client.batch(flows.count) { $0.delete(flows) }
  }
}

/// Where flows go to.
struct FlowDestination: Hashable, Sendable {
  var address: IPAddress
  var port: UInt16
}
