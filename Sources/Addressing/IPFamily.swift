/// An IP protocol version. Raw values are the version numbers of RFC 791 and RFC 8200.
public enum IPFamily: UInt8, Sendable, Hashable, Codable, CaseIterable, Comparable {
  case ipv4 = 4
  case ipv6 = 6

  /// Bits in an address: 32 or 128; also the prefix length of a single host.
  public var addressBits: Int { self == .ipv4 ? 32 : 128 }

  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension IPFamily: CustomStringConvertible {
  public var description: String { self == .ipv4 ? "IPv4" : "IPv6" }
}
