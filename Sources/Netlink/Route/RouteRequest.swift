import Addressing
import CNetlink

/// A request of rtnetlink: links and addresses only.
public enum RouteRequest: Hashable, Sendable {
  /// Makes a link; one of that name is EEXIST.
  case newLink(Link)
  case getLink(name: String)
  case deleteLink(index: UInt32)
  /// Adds an address; one that is there gets these flags and lifetimes, without error.
  case newAddress(InterfaceAddress)
  /// An address that isn't there is EADDRNOTAVAIL.
  case deleteAddress(InterfaceAddress)
  /// All addresses of one interface, or (nil) of all.
  case dumpAddresses(interfaceIndex: UInt32?)

  public func encode(into builder: inout MessageBuilder) {
    let mark = builder.beginMessage(type: type, flags: flags)
    switch self {
    case .newLink(let link): link.encode(into: &builder)
    case .getLink(let name): Link(index: 0, name: name).encode(into: &builder)
    case .deleteLink(let index): Link(index: index, name: "").encode(into: &builder)
    case .newAddress(let address), .deleteAddress(let address): address.encode(into: &builder)
    case .dumpAddresses(let index):
      // An empty struct ifaddrmsg; the index filters on sockets with NETLINK_GET_STRICT_CHK.
      builder.put(UInt32(0))
      builder.put(index ?? 0)
    }
    builder.endMessage(mark)
  }

  private var type: UInt16 {
    switch self {
    case .newLink: UInt16(RTM_NEWLINK)
    case .getLink: UInt16(RTM_GETLINK)
    case .deleteLink: UInt16(RTM_DELLINK)
    case .newAddress: UInt16(RTM_NEWADDR)
    case .deleteAddress: UInt16(RTM_DELADDR)
    case .dumpAddresses: UInt16(RTM_GETADDR)
    }
  }

  private var flags: Int32 {
    switch self {
    case .newLink: NLM_F_CREATE | NLM_F_EXCL
    case .newAddress: NLM_F_CREATE | NLM_F_REPLACE
    case .getLink, .deleteLink, .deleteAddress, .dumpAddresses: 0
    }
  }

  public init(_ message: Message) throws(NetlinkError) {
    switch Int(message.type) {
    case Int(RTM_NEWLINK): self = .newLink(try Link(message))
    case Int(RTM_GETLINK): self = .getLink(name: try Link(message).name)
    case Int(RTM_DELLINK): self = .deleteLink(index: try Link(message).index)
    case Int(RTM_NEWADDR): self = .newAddress(try Self.address(message))
    case Int(RTM_DELADDR): self = .deleteAddress(try Self.address(message))
    case Int(RTM_GETADDR):
      let index: UInt32 = try message.integer(at: 4)
      self = .dumpAddresses(interfaceIndex: index == 0 ? nil : index)
    default: throw .malformed("rtnetlink message of type \(message.type)")
    }
  }

  private static func address(_ message: Message) throws(NetlinkError) -> InterfaceAddress {
    guard let address = try InterfaceAddress(message) else { throw .malformed("address of unknown family") }
    return address
  }
}
