import Addressing
import Netlink
import Reconciler

/// IPVS over two sockets, on a thread of its own.
actor IPVSConnection {
  private nonisolated let thread = KernelThread(name: "netlink-ipvs")
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private var client: Reopening<IPVSClient>
  /// Of the service that was read last: every list is read into this one.
  private var destinations: [IPVSDestination] = []

  init(_ transport: @escaping TransportFactory) {
    client = Reopening { () throws(NetlinkError) in
      try IPVSClient { () throws(NetlinkError) in try transport(.generic) }
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

  /// Goes through the destinations of these services.
  /// - Parameters:
  ///   - ids: the services.
  ///   - make: of one service and its destinations; nil for a service that has gone.
  /// - Returns: what was made, in order.
  /// - Throws: the first error that is not a service's absence.
  func destinations<Value: Sendable>(
    of ids: [VirtualServerID], _ make: @Sendable (VirtualServerID, [IPVSDestination]?) -> Value
  ) throws(NetlinkError) -> [Value] {
    try client.with { (client) throws(NetlinkError) in
      var values: [Value] = []
      values.reserveCapacity(ids.count)
      for id in ids {
        do throws(NetlinkError) {
          try client.readDestinations(of: id.key, into: &destinations)
          values.append(make(id, destinations))
        } catch  where error.isAbsence {
          values.append(make(id, nil))
        }
      }
      return values
    }
  }

  /// One list per key, in order; nil for a service that has gone.
  func destinationTraffic(of keys: [IPVSServiceKey]) throws(NetlinkError) -> [[IPVSDestinationTraffic]?] {
    try client.with { (client) throws(NetlinkError) in
      var lists: [[IPVSDestinationTraffic]?] = []
      lists.reserveCapacity(keys.count)
      for key in keys {
        do throws(NetlinkError) {
          lists.append(try client.destinationTraffic(of: key))
        } catch  where error.isAbsence {
          lists.append(nil)
        }
      }
      return lists
    }
  }

  func timeouts() throws(NetlinkError) -> IPVSTimeouts {
    try client.with { (client) throws(NetlinkError) in try client.timeouts() }
  }
}
