import Addressing

/// How often each address counts. IPv4 addresses are kept as the four bytes that they are.
struct AddressCounts: Sendable {
  private var ipv4: [IPv4: UInt32] = [:]
  private var ipv6: [IPAddress: UInt32] = [:]

  private struct IPv4: Hashable {
    let bits: UInt32

    init(_ address: IPAddress) { bits = UInt32(truncatingIfNeeded: address.low) }

    func _rawHashValue(seed: Int) -> Int { KeyHash.of(UInt64(bits), seed: seed) }
  }

  /// Makes room for as many addresses.
  mutating func reserve(_ counts: FamilyCounts) {
    ipv4.reserveCapacity(counts.ipv4)
    ipv6.reserveCapacity(counts.ipv6)
  }

  /// 0 for an address that was never added.
  subscript(address: IPAddress) -> UInt32 {
    (address.family == .ipv4 ? ipv4[IPv4(address)] : ipv6[address]) ?? 0
  }

  /// - Returns: whether it wasn't there before.
  mutating func add(_ address: IPAddress) -> Bool {
    func increment(_ count: inout UInt32) -> Bool {
      count += 1
      return count == 1
    }
    return address.family == .ipv4
      ? increment(&ipv4[IPv4(address), default: 0]) : increment(&ipv6[address, default: 0])
  }

  /// An address that isn't there stays away.
  /// - Returns: whether it was there for the last time.
  mutating func remove(_ address: IPAddress) -> Bool {
    let count = self[address]
    if count == 0 { return false }
    set(address, count - 1)
    return count == 1
  }

  private mutating func set(_ address: IPAddress, _ count: UInt32) {
    let stored = count == 0 ? nil : count
    if address.family == .ipv4 { ipv4[IPv4(address)] = stored } else { ipv6[address] = stored }
  }
}
