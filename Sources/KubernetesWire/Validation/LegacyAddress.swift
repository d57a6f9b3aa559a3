import Addressing

extension IPAddress {
  /// Reads what old objects may still hold, as kube-proxy does: leading zeros in IPv4, which are decimal, and IPv4 in
  /// IPv6's clothes (KEP-4858).
  init?(legacy text: String) {
    if let address = IPAddress(text) {
      self = address.isIPv4Mapped ? IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low)) : address
      return
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } })
    else { return nil }
    self.init(parts.map { UInt64($0).map { "\($0)" } ?? "" }.joined(separator: "."))
  }
}
