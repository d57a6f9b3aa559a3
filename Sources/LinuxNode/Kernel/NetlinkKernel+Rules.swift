import Netlink

extension NetlinkKernel {
  /// The generation of the nftables ruleset, which changes with every change of rules by anyone (see
  /// `RulesetGeneration`); rules of iptables-legacy don't count.
  /// - Returns: nil where nf_tables can't be asked. Whoever wants to know more must look at the rules themselves.
  public func rulesGeneration() async -> UInt32? {
    do throws(NetlinkError) {
      return try await nftables.generation().number
    } catch {
      return nil
    }
  }
}
