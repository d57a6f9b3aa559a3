import CNetlink
import Glibc

/// What the kernel tells unasked about links and addresses.
public enum RouteNotification: Hashable, Sendable {
  case linkChanged(Link)
  case linkRemoved(Link)
  case addressChanged(InterfaceAddress)
  case addressRemoved(InterfaceAddress)

  /// Nil for messages of other kinds.
  public init?(_ message: Message) throws(NetlinkError) {
    switch Int(message.type) {
    case Int(RTM_NEWLINK): self = .linkChanged(try Link(message))
    case Int(RTM_DELLINK): self = .linkRemoved(try Link(message))
    case Int(RTM_NEWADDR):
      guard let address = try InterfaceAddress(message) else { return nil }
      self = .addressChanged(address)
    case Int(RTM_DELADDR):
      guard let address = try InterfaceAddress(message) else { return nil }
      self = .addressRemoved(address)
    default: return nil
    }
  }
}

/// Listens to changes of links and addresses of both families.
public final class RouteMonitor {
  private let connection: NetlinkConnection

  /// Waits until `next` would return at once; false when the time is up.
  public func isReadable(within milliseconds: Int32) -> Bool {
    connection.transport.isReadable(within: milliseconds)
  }

  /// - Parameter transport: of rtnetlink, used for nothing else.
  /// - Throws: `systemCall` when the groups can't be had.
  public init(_ transport: any NetlinkTransport) throws(NetlinkError) {
    connection = NetlinkConnection(transport)
    try connection.subscribe(
      to: [RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR].map { Int32($0.rawValue) })
  }

  /// Waits for the next notifications.
  /// - Returns: none when the transport's time is up.
  /// - Throws: `answerLost` with ENOBUFS when some were lost: look at everything again.
  public func next() throws(NetlinkError) -> [RouteNotification] {
    var notifications: [RouteNotification] = []
    do throws(NetlinkError) {
      try connection.receive { (message) throws(NetlinkError) in
        if let notification = try RouteNotification(message) { notifications.append(notification) }
      }
    } catch .answerLost(let errno) where errno == ETIMEDOUT {
      return []
    }
    return notifications
  }
}
