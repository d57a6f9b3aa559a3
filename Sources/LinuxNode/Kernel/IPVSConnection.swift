import Addressing
import Netlink

/// IPVS over one socket, on a thread of its own.
actor IPVSConnection {
  private nonisolated let thread = KernelThread(name: "netlink-ipvs")
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private var client: Reopening<IPVSClient>

  init(_ transport: @escaping TransportFactory) {
    client = Reopening { () throws(NetlinkError) in
      try IPVSClient(NetlinkConnection(try transport(.generic)))
    }
  }

  func perform(_ requests: [IPVSRequest]) -> [RequestResult] {
    client.batch(requests.count) { $0.perform(requests) }
  }

  func services() throws(NetlinkError) -> [IPVSService] {
    try client.with { (client) throws(NetlinkError) in try client.services() }
  }

  func traffic() throws(NetlinkError) -> [IPVSServiceKey: IPVSTraffic] {
    try client.with { (client) throws(NetlinkError) in try client.traffic() }
  }

  /// One list per key, in order; nil for a service that has gone.
  func destinations(of keys: [IPVSServiceKey]) throws(NetlinkError) -> [[IPVSDestination]?] {
    try lists(of: keys) { (client, key) throws(NetlinkError) in try client.destinations(of: key) }
  }

  /// One list per key, in order; nil for a service that has gone.
  func destinationTraffic(of keys: [IPVSServiceKey]) throws(NetlinkError) -> [[IPVSDestinationTraffic]?] {
    try lists(of: keys) { (client, key) throws(NetlinkError) in try client.destinationTraffic(of: key) }
  }

  private func lists<Item>(
    of keys: [IPVSServiceKey], read: (IPVSClient, IPVSServiceKey) throws(NetlinkError) -> [Item]
  ) throws(NetlinkError) -> [[Item]?] {
    var lists: [[Item]?] = []
    lists.reserveCapacity(keys.count)
    for key in keys {
      lists.append(
        try client.with { (client) throws(NetlinkError) -> [Item]? in
          do throws(NetlinkError) {
            return try read(client, key)
          } catch  where error.isAbsence {
            return nil
          }
        })
    }
    return lists
  }

  func timeouts() throws(NetlinkError) -> IPVSTimeouts {
    try client.with { (client) throws(NetlinkError) in try client.timeouts() }
  }
}
