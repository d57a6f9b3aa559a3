/// Hashing of keys that are a number or two. Tables of addresses are looked into a dozen times for each object, and
/// SipHash, made for strings, would be a sixth of a cold start.
///
/// To be called from `_rawHashValue(seed:)`, which tables ask instead of `hash(into:)`. Their seed, another one in each,
/// keeps keys that collide in one table from colliding in the next.
public enum KeyHash {
  /// Multiplies and folds the product, as wyhash does.
  @inlinable
  public static func of(_ first: UInt64, _ second: UInt64 = 0, seed: Int) -> Int {
    let product = (first ^ UInt64(bitPattern: Int64(seed)) ^ 0xA076_1D64_78BD_642F)
      .multipliedFullWidth(by: second ^ 0xE703_7ED1_A0B4_28DB)
    return Int(truncatingIfNeeded: product.high ^ product.low)
  }
}
