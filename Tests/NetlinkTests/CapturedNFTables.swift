/// Bytes taken from the wire (strace with -e read and -e write dumps them) of iptables 1.8.9 (nf_tables) of Debian 12 on
/// Linux 6.18, in a network namespace whose ruleset had been changed three times. Each comment is the command they came
/// from.
enum CapturedNFTables {
  /// iptables-nft-save
  static let getGeneration = hex("14000000100a0100000000000000000000000000")
  /// iptables-nft-save
  static let generation4 = hex(
    """
    380000000f0a0000000000003e1c00000000000408000100000000040800020000001c3e1400030069707461626c6573
    2d6e66742d736100
    """)
}
