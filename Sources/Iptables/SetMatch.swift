import Addressing

extension IPFamily {
  /// The words that match a set of this family; `kind` is its name without "KUBE-", and `directions` say of which end
  /// of the packet each part of a member is. Names are cut to what the kernel allows (IPSET_MAXNAMELEN less the NUL).
  func match(_ kind: String, _ directions: String, isNegated: Bool = false) -> String {
    let name = (self == .ipv4 ? "KUBE-" : "KUBE-6-") + kind
    return "-m set \(isNegated ? "! " : "")--match-set \(name.prefix(31)) \(directions)"
  }
}
