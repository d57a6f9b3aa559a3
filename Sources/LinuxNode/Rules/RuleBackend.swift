import Addressing

/// The programs that reach the kernel's packet filter: iptables comes in two builds, for two parts of the kernel,
/// and rules made with one are unknown to the other.
public enum RuleBackend: String, Hashable, Sendable, CaseIterable {
  case nft, legacy
  /// Whichever of the two the node's administrator chose as plain "iptables".
  case standard

  /// "iptables-nft-save", "ip6tables-restore", …; `action` is "save", "restore" or empty.
  public func program(_ family: IPFamily, _ action: String = "") -> String {
    let base = family == .ipv4 ? "iptables" : "ip6tables"
    let parts = [base, self == .standard ? "" : rawValue, action]
    return parts.filter { !$0.isEmpty }.joined(separator: "-")
  }
}
