import Addressing
import CNetlink
import Glibc

/// The kernel's IPVS tables over two connections: dumps of one service's destinations are many and short.
public final class IPVSClient {
  private let connection: NetlinkConnection
  private let family: UInt16
  private let openForDestinations: () throws(NetlinkError) -> NetlinkConnection
  private var forDestinations: NetlinkConnection?

  /// - Parameter open: opens a transport of generic netlink: one now, another when destinations are first read.
  /// - Throws: `familyMissing` when the kernel has no ip_vs.
  public init(
    _ open: @escaping () throws(NetlinkError) -> any NetlinkTransport
  ) throws(NetlinkError) {
    connection = NetlinkConnection(try open())
    openForDestinations = { () throws(NetlinkError) in
      NetlinkConnection(try open(), room: NetlinkConnection.roomForShortDumps)
    }
    do throws(NetlinkError) {
      let answer = try connection.ask { GenericFamily.encodeRequest(for: IPVS_GENL_NAME, into: &$0) }
      family = try GenericFamily.number(in: answer)
    } catch .refused(let errno, _) where errno == ENOENT {
      throw .familyMissing(IPVS_GENL_NAME)
    }
  }

  /// - Returns: one result per request, in order.
  public func perform(_ requests: [IPVSRequest]) -> [RequestResult] {
    connection.perform(requests.count) { requests[$0].encode(into: &$1, family: family) }
  }

  /// Every service, those of firewall marks included.
  public func services() throws(NetlinkError) -> [IPVSService] {
    try dumpServices([]) { (services, message) throws(NetlinkError) in
      services.append(
        try IPVSContent(message.attributes(after: CNL_GENL_HDRLEN)).requireService())
    }
  }

  func dumpServices<Result>(
    _ initial: Result, each: (inout Result, Message) throws(NetlinkError) -> Void
  ) throws(NetlinkError) -> Result {
    try connection.dump(initial) {
      IPVSRequest.dumpServices.encode(into: &$0, family: family)
    } each: { (result, message) throws(NetlinkError) in
      try each(&result, message)
    }
  }

  /// The destinations of one service. A service that has gone throws `refused` with ESRCH or has none, as the kernel
  /// likes.
  /// - Parameters:
  ///   - key: the service.
  ///   - destinations: takes them up in place of what is in it: one list serves for thousands of services.
  /// - Throws: what a dump throws; the list is worth nothing then.
  public func readDestinations(
    of key: IPVSServiceKey, into destinations: inout [IPVSDestination]
  ) throws(NetlinkError) {
    let connection = try connectionForDestinations()
    try connection.dump(into: &destinations, empty: { $0.removeAll(keepingCapacity: true) }) {
      IPVSRequest.dumpDestinations(of: key).encode(into: &$0, family: family)
    } each: { (destinations, message) throws(NetlinkError) in
      destinations.append(try IPVSDestination(message, serviceFamily: key.family))
    }
  }

  /// The destinations of one service with what each has carried. Of a service that has gone, as `readDestinations`.
  public func destinationTraffic(
    of key: IPVSServiceKey
  ) throws(NetlinkError) -> [IPVSDestinationTraffic] {
    try connectionForDestinations().dump([IPVSDestinationTraffic]()) {
      IPVSRequest.dumpDestinations(of: key).encode(into: &$0, family: family)
    } each: { (results, message) throws(NetlinkError) in
      let attributes = try message.attributes(after: CNL_GENL_HDRLEN)
      let counts = try IPVSTraffic.of(IPVS_CMD_ATTR_DEST, IPVS_DEST_ATTR_STATS64, in: attributes)
      results.append(
        IPVSDestinationTraffic(
          try IPVSDestination(message, serviceFamily: key.family), counts ?? IPVSTraffic()))
    }
  }

  private func connectionForDestinations() throws(NetlinkError) -> NetlinkConnection {
    if let forDestinations { return forDestinations }
    let fresh = try openForDestinations()
    forDestinations = fresh
    return fresh
  }

  public func timeouts() throws(NetlinkError) -> IPVSTimeouts {
    let answer = try connection.ask { IPVSRequest.getTimeouts.encode(into: &$0, family: family) }
    return try IPVSTimeouts(answer.attributes(after: CNL_GENL_HDRLEN))
  }
}
