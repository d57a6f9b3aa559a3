import Addressing
import CNetlink
import Glibc

/// The kernel's IPVS tables over one connection.
public final class IPVSClient {
  private let connection: NetlinkConnection
  private let family: UInt16

  /// - Parameter connection: a connection of generic netlink.
  /// - Throws: `familyMissing` when the kernel has no ip_vs.
  public init(_ connection: NetlinkConnection) throws(NetlinkError) {
    self.connection = connection
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
  public func destinations(of key: IPVSServiceKey) throws(NetlinkError) -> [IPVSDestination] {
    try dumpDestinations(of: key) { (attributes) throws(NetlinkError) in
      try IPVSContent(attributes, family: key.family).requireDestination()
    }
  }

  func dumpDestinations<Result>(
    of key: IPVSServiceKey, each: (AttributeReader) throws(NetlinkError) -> Result
  ) throws(NetlinkError) -> [Result] {
    try connection.dump([Result]()) {
      IPVSRequest.dumpDestinations(of: key).encode(into: &$0, family: family)
    } each: { (results, message) throws(NetlinkError) in
      results.append(try each(message.attributes(after: CNL_GENL_HDRLEN)))
    }
  }

  public func timeouts() throws(NetlinkError) -> IPVSTimeouts {
    let answer = try connection.ask { IPVSRequest.getTimeouts.encode(into: &$0, family: family) }
    return try IPVSTimeouts(answer.attributes(after: CNL_GENL_HDRLEN))
  }
}
