import Addressing
import CNetlink
import Glibc

/// Links and addresses over one connection.
public final class RouteClient {
  private let connection: NetlinkConnection

  /// - Parameter connection: a connection of rtnetlink.
  public init(_ connection: NetlinkConnection) { self.connection = connection }

  /// - Returns: one result per request, in order.
  public func perform(_ requests: [RouteRequest]) -> [RequestResult] {
    connection.perform(requests.count) { requests[$0].encode(into: &$1) }
  }

  /// The link of that name, or nil.
  public func link(named name: String) throws(NetlinkError) -> Link? {
    do throws(NetlinkError) {
      return try Link(connection.ask { RouteRequest.getLink(name: name).encode(into: &$0) })
    } catch .refused(let errno, _) where errno == ENODEV {
      return nil
    }
  }

  /// The addresses of one interface, or (nil) of all.
  public func addresses(of interfaceIndex: UInt32?) throws(NetlinkError) -> [InterfaceAddress] {
    try connection.dump([InterfaceAddress]()) {
      RouteRequest.dumpAddresses(interfaceIndex: interfaceIndex).encode(into: &$0)
    } each: { (addresses, message) throws(NetlinkError) in
      guard let address = try InterfaceAddress(message) else { return }
      if let interfaceIndex, address.interfaceIndex != interfaceIndex { return }
      addresses.append(address)
    }
  }
}
