/// The kernel's nftables over one connection.
public final class NFTablesClient {
  private let connection: NetlinkConnection

  /// - Parameter connection: a connection of NETLINK_NETFILTER.
  public init(_ connection: NetlinkConnection) { self.connection = connection }

  /// The generation of the ruleset in this network namespace. Asking loads module nf_tables where the kernel can.
  /// - Throws: `refused` with EINVAL when the kernel has no nf_tables, with EPERM without CAP_NET_ADMIN.
  public func generation() throws(NetlinkError) -> RulesetGeneration {
    let answer = try connection.ask { NFTablesMessage.getGeneration.encode(into: &$0) }
    guard case .newGeneration(let generation) = try NFTablesMessage(answer) else {
      throw .malformed("netfilter message of type \(answer.type) where a ruleset generation was asked for")
    }
    return generation
  }
}
