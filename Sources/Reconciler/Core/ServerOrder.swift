import Addressing

/// The order in which real servers are added: another one on every node, the same at each start. IPVS' round robin
/// begins at one end of its list, so with one order for all, every node's first request would meet the same pod.
struct ServerOrder: Sendable {
  private let seed: UInt64

  init(nodeName: String) {
    seed = nodeName.utf8.reduce(0xCBF2_9CE4_8422_2325) { Self.mix($0, UInt64($1)) }
  }

  func sort(_ servers: inout [RealServer]) {
    servers.sort { one, other in
      let (first, second) = (rank(one.id), rank(other.id))
      return first == second ? one.id < other.id : first < second
    }
  }

  private func rank(_ id: RealServerID) -> UInt64 {
    var hash = Self.mix(Self.mix(Self.mix(seed, id.address.high), id.address.low), UInt64(id.port))
    // Murmur3's last mix: without it, neighbouring addresses stay neighbours.
    hash ^= hash >> 33
    hash &*= 0xFF51_AFD7_ED55_8CCD
    return hash ^ (hash >> 33)
  }

  /// A step of FNV-1a.
  private static func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 { (hash ^ value) &* 0x100_0000_01B3 }
}
