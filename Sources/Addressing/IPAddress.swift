import Glibc

/// An IPv4 or IPv6 address without zone, held as a number so that it hashes and compares without allocating.
public struct IPAddress: Hashable, Sendable {
  // Words of 32 bits and the widest fields first, here and in what is made of addresses: a node keeps a hundred
  // thousand of them, and what follows the last field is not padded.
  @usableFromInline let first: UInt32
  @usableFromInline let second: UInt32
  @usableFromInline let third: UInt32
  @usableFromInline let fourth: UInt32
  public let family: IPFamily

  @inlinable
  public init(ipv4 value: UInt32) {
    (first, second, third, fourth) = (0, 0, 0, value)
    family = .ipv4
  }

  @inlinable
  public init(ipv6High high: UInt64, low: UInt64) {
    (first, second) = (UInt32(high >> 32), UInt32(truncatingIfNeeded: high))
    (third, fourth) = (UInt32(low >> 32), UInt32(truncatingIfNeeded: low))
    family = .ipv6
  }

  /// The upper 64 bits of an IPv6 address; 0 for IPv4.
  @inlinable public var high: UInt64 { UInt64(first) << 32 | UInt64(second) }
  /// The lower 64 bits of an IPv6 address, or the 32 bits of an IPv4 address.
  @inlinable public var low: UInt64 { UInt64(third) << 32 | UInt64(fourth) }

  /// From bytes in network order. Nil unless there are exactly 4 (IPv4) or 16 (IPv6).
  public init?(bytes: some Collection<UInt8>) {
    switch bytes.count {
    case 4: self.init(ipv4: bytes.reduce(0) { $0 << 8 | UInt32($1) })
    case 16:
      let high = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let low = bytes.dropFirst(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      self.init(ipv6High: high, low: low)
    default: return nil
    }
  }

  /// The address in network order: 4 or 16 bytes.
  public var bytes: [UInt8] {
    let lower = (0..<8).reversed().map { UInt8(truncatingIfNeeded: low >> (UInt64($0) * 8)) }
    guard family == .ipv6 else { return Array(lower.suffix(4)) }
    return (0..<8).reversed().map { UInt8(truncatingIfNeeded: high >> (UInt64($0) * 8)) } + lower
  }

  public var isUnspecified: Bool { high == 0 && low == 0 }

  /// 127.0.0.0/8 (RFC 1122) or ::1 (RFC 4291).
  public var isLoopback: Bool {
    family == .ipv4 ? low >> 24 == 127 : high == 0 && low == 1
  }

  /// 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291).
  public var isLinkLocal: Bool {
    family == .ipv4 ? low >> 16 == 0xA9FE : high >> 54 == 0x3FA
  }

  /// 224.0.0.0/4 (RFC 5771) or ff00::/8 (RFC 4291).
  public var isMulticast: Bool {
    family == .ipv4 ? low >> 28 == 0xE : high >> 56 == 0xFF
  }

  /// ::ffff:0:0/96 (RFC 4291): never a Service address, Kubernetes refuses it too.
  public var isIPv4Mapped: Bool { family == .ipv6 && high == 0 && low >> 32 == 0xFFFF }

  /// The address `offset` above this one; nil past the end of the address space.
  public func advanced(by offset: UInt64) -> IPAddress? {
    let (sum, carry) = low.addingReportingOverflow(offset)
    if family == .ipv4 {
      return !carry && sum <= UInt64(UInt32.max) ? IPAddress(ipv4: UInt32(sum)) : nil
    }
    guard carry else { return IPAddress(ipv6High: high, low: sum) }
    return high == .max ? nil : IPAddress(ipv6High: high + 1, low: sum)
  }
}

extension IPAddress {
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    left.low == right.low && left.high == right.high && left.family == right.family
  }

  /// ::1 is as likely in a table as 0.0.0.1 is not: the family takes no part.
  @inlinable
  public func hash(into hasher: inout Hasher) {
    hasher.combine(high)
    hasher.combine(low)
  }

  @inlinable
  public func _rawHashValue(seed: Int) -> Int { KeyHash.of(low, high, seed: seed) }
}

extension IPAddress: Comparable {
  /// IPv4 before IPv6, then by value.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool {
    if left.family != right.family { return left.family < right.family }
    return left.high == right.high ? left.low < right.low : left.high < right.high
  }
}

extension IPAddress: LosslessStringConvertible {
  /// RFC 5952 text, as `inet_ntop` writes it.
  public var description: String {
    if family == .ipv4 {
      return "\(low >> 24 & 255).\(low >> 16 & 255).\(low >> 8 & 255).\(low & 255)"
    }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count)) != nil else { return "::" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Accepts what `inet_pton` accepts: dotted quads without leading zeros, RFC 4291 text without zone.
  public init?(_ text: String) {
    if text.utf8.contains(UInt8(ascii: ":")) {
      var raw = [UInt8](repeating: 0, count: 16)
      guard inet_pton(AF_INET6, text, &raw) == 1 else { return nil }
      self.init(bytes: raw)
    } else {
      guard let value = Self.dottedQuad(text.utf8) else { return nil }
      self.init(ipv4: value)
    }
  }

  /// As `inet_pton` reads it, without an allocation: a list from the API server holds a hundred thousand of them.
  private static func dottedQuad(_ text: String.UTF8View) -> UInt32? {
    var value: UInt32 = 0
    var octet: UInt32 = 0
    var digits = 0
    var dots = 0
    for byte in text {
      if byte == UInt8(ascii: "."), digits > 0, dots < 3 {
        value = value << 8 | octet
        (octet, digits, dots) = (0, 0, dots + 1)
      } else if byte &- UInt8(ascii: "0") < 10, digits == 0 || octet > 0 {
        octet = octet * 10 + UInt32(byte &- UInt8(ascii: "0"))
        digits += 1
        if octet > 255 { return nil }
      } else {
        return nil
      }
    }
    return digits > 0 && dots == 3 ? value << 8 | octet : nil
  }
}
