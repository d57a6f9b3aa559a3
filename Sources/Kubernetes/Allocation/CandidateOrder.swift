import Addressing

/// The order in which free numbers are tried: from a place that depends on the owner's name only, so that even without
/// a record the same owner likely gets the same number. As in the API server, the lower part of a range is left to those
/// who choose a number themselves, and used only when the upper part is full (KEP-3070).
struct CandidateOrder: Sequence {
  /// Inclusive bounds of what may be handed out; empty when first > last.
  let first: UInt64
  let last: UInt64
  /// How many at the lower end are tried last.
  let reserved: UInt64
  let seed: UInt64

  func makeIterator() -> AnyIterator<UInt64> {
    guard first <= last else { return AnyIterator { nil } }
    let count = last - first + 1
    let low = reserved < count ? reserved : 0
    let high = count - low
    let start = seed % high
    let lowStart = low == 0 ? 0 : seed % low
    var step: UInt64 = 0
    return AnyIterator {
      guard step < count else { return nil }
      defer { step += 1 }
      if step < high { return first + low + (start + step) % high }
      return first + (lowStart + step - high) % low
    }
  }

  /// Offsets of a block's addresses: neither the network's own nor, in IPv4, the broadcast address.
  static func offsets(in network: IPNetwork, owner: String) -> CandidateOrder {
    // A 62-bit part of a larger IPv6 block is more than enough, and keeps the arithmetic in 64 bits.
    let bits = Swift.min(network.family.addressBits - network.prefixLength, 62)
    let size = UInt64(1) << UInt64(bits)
    let unusable: UInt64 = network.family == .ipv4 ? 2 : 1
    let last = size > unusable ? size - unusable : 0
    return CandidateOrder(
      first: 1, last: last, reserved: Swift.min(Swift.max(16, size / 16), 256), seed: StableHash.fnv1a(owner))
  }

  static func ports(in range: ClosedRange<UInt16>, owner: String) -> CandidateOrder {
    CandidateOrder(
      first: UInt64(range.lowerBound), last: UInt64(range.upperBound),
      reserved: Swift.min(Swift.max(16, UInt64(range.count) / 32), 128), seed: StableHash.fnv1a(owner))
  }
}
