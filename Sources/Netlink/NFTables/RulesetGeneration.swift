import CNetlink

/// The number of a network namespace's nftables ruleset: every commit, whoever makes it and in whichever family, counts
/// it on by one, past 0 when it wraps (`nf_tables_commit` of net/netfilter/nf_tables_api.c). Rules of iptables-nft are
/// part of that ruleset, those of iptables-legacy are not.
public struct RulesetGeneration: Hashable, Sendable {
  public var number: UInt32

  public init(_ number: UInt32) { self.number = number }
}

extension RulesetGeneration {
  func encode(into builder: inout MessageBuilder) {
    builder.put(Int(NFTA_GEN_ID.rawValue), bigEndian: number)
  }

  /// The process that the kernel names besides is the one that asks, and left out.
  init(_ attributes: AttributeReader) throws(NetlinkError) {
    var attributes = attributes
    while let attribute = try attributes.next() {
      guard attribute.type == Int(NFTA_GEN_ID.rawValue) else { continue }
      self.init(try attribute.bigEndian32())
      return
    }
    throw .malformed("ruleset generation without number")
  }
}
