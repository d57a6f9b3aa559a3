/// An address block in CIDR notation (RFC 4632, RFC 4291). The address is kept with its host bits cleared.
public struct IPNetwork: Hashable, Sendable {
  /// The first address of the block.
  public let address: IPAddress
  private let length: UInt8

  /// Nil when the prefix length is out of range; host bits are cleared.
  public init?(_ address: IPAddress, prefixLength: Int) {
    guard (0...address.family.addressBits).contains(prefixLength) else { return nil }
    self.address = address.masked(to: prefixLength)
    length = UInt8(prefixLength)
  }

  /// The block that holds just this address.
  public init(host address: IPAddress) {
    self.address = address
    length = UInt8(address.family.addressBits)
  }

  public var family: IPFamily { address.family }

  /// 0...32 or 0...128.
  public var prefixLength: Int { Int(length) }

  public func contains(_ other: IPAddress) -> Bool {
    other.family == family && other.masked(to: prefixLength) == address
  }

  public func overlaps(_ other: IPNetwork) -> Bool {
    prefixLength <= other.prefixLength ? contains(other.address) : other.contains(address)
  }
}

extension IPNetwork: LosslessStringConvertible {
  public var description: String { "\(address)/\(prefixLength)" }

  /// "address/length". A bare address is not a network: nil.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(String(parts[0])),
      let length = Int(parts[1]), !parts[1].hasPrefix("+"), !parts[1].hasPrefix("-")
    else { return nil }
    self.init(address, prefixLength: length)
  }
}

extension IPAddress {
  /// This address with all but the first `length` bits cleared. `length` must fit the family.
  public func masked(to length: Int) -> IPAddress {
    if family == .ipv4 {
      return IPAddress(ipv4: UInt32(truncatingIfNeeded: low) & Self.mask32(length))
    }
    return IPAddress(
      ipv6High: high & Self.mask64(length), low: low & Self.mask64(length - 64))
  }

  private static func mask32(_ length: Int) -> UInt32 { length <= 0 ? 0 : ~UInt32(0) << UInt32(32 - length) }

  private static func mask64(_ length: Int) -> UInt64 {
    length <= 0 ? 0 : length >= 64 ? .max : ~UInt64(0) << UInt64(64 - length)
  }
}
