import CNetlink
import Glibc

/// A message of nftables (linux/netfilter/nf_tables.h) over NETLINK_NETFILTER, in whichever direction it goes.
public enum NFTablesMessage: Hashable, Sendable {
  /// Asks for the generation.
  case getGeneration
  /// The kernel's answer.
  case newGeneration(RulesetGeneration)

  public func encode(into builder: inout MessageBuilder) {
    let mark = builder.beginMessage(type: type, flags: 0)
    builder.put(UInt8(AF_UNSPEC))
    builder.put(UInt8(NFNETLINK_V0))
    builder.put(UInt16(0))
    if case .newGeneration(let generation) = self { generation.encode(into: &builder) }
    builder.endMessage(mark)
  }

  private static let getType = UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(NFT_MSG_GETGEN.rawValue)
  private static let newType = UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(NFT_MSG_NEWGEN.rawValue)

  private var type: UInt16 {
    switch self {
    case .getGeneration: Self.getType
    case .newGeneration: Self.newType
    }
  }

  /// Throws for every other message, of nftables or another subsystem.
  public init(_ message: Message) throws(NetlinkError) {
    switch message.type {
    case Self.getType: self = .getGeneration
    case Self.newType:
      self = .newGeneration(try RulesetGeneration(message.attributes(after: MemoryLayout<nfgenmsg>.size)))
    default: throw .malformed("netfilter message of type \(message.type)")
    }
  }
}
