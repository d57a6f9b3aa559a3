/// FNV-1a, 64 bits (draft-eastlake-fnv): the same on every run, unlike Swift's Hasher.
enum StableHash {
  static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }

  static func fnv1a(_ text: String) -> UInt64 { fnv1a(text.utf8) }
}
