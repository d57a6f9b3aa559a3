import Addressing
import CNetlink
import Glibc

/// Which flows a dump is about, by their original direction.
public struct ConntrackFilter: Hashable, Sendable {
  public var family: IPFamily
  /// The IANA number; only a protocol with ports.
  public var transport: UInt8
  /// Nil for any.
  public var destinationAddress: IPAddress?
  public var destinationPort: UInt16?

  public init(
    _ family: IPFamily, transport: UInt8, destinationAddress: IPAddress? = nil, destinationPort: UInt16? = nil
  ) {
    self.family = family
    self.transport = transport
    self.destinationAddress = destinationAddress
    self.destinationPort = destinationPort
  }

  public func matches(_ flow: ConntrackFlow) -> Bool {
    let tuple = flow.original
    guard tuple.destination.family == family, tuple.transport == transport else { return false }
    return (destinationAddress ?? tuple.destination) == tuple.destination
      && (destinationPort ?? tuple.destinationPort) == tuple.destinationPort
  }
}

/// A request of ctnetlink (linux/netfilter/nfnetlink_conntrack.h) over NETLINK_NETFILTER.
public enum ConntrackRequest: Hashable, Sendable {
  /// The answer holds at least what the filter asks for: kernels before 5.8 filter by the family only.
  case dump(ConntrackFilter)
  /// A flow that has gone is ENOENT.
  case delete(ConntrackFlow)

  public func encode(into builder: inout MessageBuilder) {
    switch self {
    case .dump(let filter):
      let mark = Self.begin(IPCTNL_MSG_CT_GET, filter.family, &builder)
      filter.encode(into: &builder)
      builder.endMessage(mark)
    case .delete(let flow):
      let mark = Self.begin(IPCTNL_MSG_CT_DELETE, flow.original.destination.family, &builder)
      flow.encode(into: &builder)
      builder.endMessage(mark)
    }
  }

  private static func begin(
    _ command: cntl_msg_types, _ family: IPFamily, _ builder: inout MessageBuilder
  ) -> MessageBuilder.Mark {
    let mark = builder.beginMessage(
      type: UInt16(NFNL_SUBSYS_CTNETLINK) << 8 | UInt16(command.rawValue), flags: 0)
    builder.put(UInt8(truncatingIfNeeded: family.addressFamily))
    builder.put(UInt8(NFNETLINK_V0))
    builder.put(UInt16(0))
    return mark
  }

  /// The request that a message of the conntrack subsystem holds.
  public init(_ message: Message) throws(NetlinkError) {
    let family = try IPFamily(addressFamily: UInt16(try message.byte(at: 0)))
    switch message.type {
    case UInt16(NFNL_SUBSYS_CTNETLINK) << 8 | UInt16(IPCTNL_MSG_CT_GET.rawValue):
      self = .dump(try ConntrackFilter(message, family))
    case UInt16(NFNL_SUBSYS_CTNETLINK) << 8 | UInt16(IPCTNL_MSG_CT_DELETE.rawValue):
      guard let flow = try ConntrackFlow(message) else { throw .malformed("flow of unknown family") }
      self = .delete(flow)
    default: throw .malformed("conntrack message of type \(message.type)")
    }
  }
}

extension ConntrackFilter {
  /// Which parts of the tuple count: CTA_FILTER_F_* of the kernel's include/net/netfilter/nf_internals.h, which isn't
  /// among the exported headers although user space has to know it.
  private static let destinationAddressBytes: UInt32 = 1 << 1
  private static let protocolNumber: UInt32 = 1 << 3
  private static let destinationPortNumber: UInt32 = 1 << 5

  fileprivate func encode(into builder: inout MessageBuilder) {
    var flags = Self.protocolNumber
    let tuple = builder.beginNested(ConntrackAttribute.original)
    // The kernel's test of IPv6 addresses is the wrong way round (ctnetlink_filter_match_tuple passes those that
    // differ, as of 6.18): there the port has to do.
    if let destinationAddress, family == .ipv4 {
      flags |= Self.destinationAddressBytes
      let addresses = builder.beginNested(ConntrackAttribute.tupleIP)
      builder.put(ConntrackAttribute.destination(family), address: destinationAddress)
      builder.endNested(addresses)
    }
    let transportMark = builder.beginNested(ConntrackAttribute.tupleProtocol)
    builder.put(ConntrackAttribute.protocolNumber, u8: transport)
    if let destinationPort {
      flags |= Self.destinationPortNumber
      builder.put(ConntrackAttribute.destinationPort, bigEndian: destinationPort)
    }
    builder.endNested(transportMark)
    builder.endNested(tuple)
    let filter = builder.beginNested(ConntrackAttribute.filter)
    builder.put(ConntrackAttribute.filterOriginalFlags, u32: flags)
    builder.put(ConntrackAttribute.filterReplyFlags, u32: 0)
    builder.endNested(filter)
  }

  fileprivate init(_ message: Message, _ family: IPFamily) throws(NetlinkError) {
    var address: IPAddress?
    var (transport, port) = (UInt8(0), UInt16?.none)
    var attributes = try message.attributes(after: MemoryLayout<nfgenmsg>.size)
    while let attribute = try attributes.next() {
      guard attribute.type == ConntrackAttribute.original else { continue }
      var parts = attribute.nested()
      while let part = try parts.next() {
        var inner = part.nested()
        while let value = try inner.next() {
          switch (part.type, value.type) {
          case (ConntrackAttribute.tupleIP, ConntrackAttribute.destination(family)):
            address = try value.address(family)
          case (ConntrackAttribute.tupleProtocol, ConntrackAttribute.protocolNumber):
            transport = try value.u8()
          case (ConntrackAttribute.tupleProtocol, ConntrackAttribute.destinationPort):
            port = try value.bigEndian16()
          default: break
          }
        }
      }
    }
    self.init(family, transport: transport, destinationAddress: address, destinationPort: port)
  }
}
