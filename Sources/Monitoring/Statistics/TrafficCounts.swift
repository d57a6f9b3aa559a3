import Reconciler

extension TrafficCounts {
  /// The totals in the text of /proc/net/ip_vs_stats: two lines of headings, then five hexadecimal numbers
  /// (ip_vs_stats_show in net/netfilter/ipvs/ip_vs_ctl.c). Nil when the text isn't that.
  public init?(procText: String) {
    let lines = procText.split(separator: "\n")
    guard lines.count >= 3 else { return nil }
    let numbers = lines[2].split(separator: " ").map { UInt64($0, radix: 16) }
    guard numbers.count == 5, case let found = numbers.compactMap({ $0 }), found.count == 5 else {
      return nil
    }
    self.init(
      connections: found[0], incomingPackets: found[1], outgoingPackets: found[2], incomingBytes: found[3],
      outgoingBytes: found[4])
  }

  static func += (left: inout Self, right: Self) {
    left.connections &+= right.connections
    left.incomingPackets &+= right.incomingPackets
    left.outgoingPackets &+= right.outgoingPackets
    left.incomingBytes &+= right.incomingBytes
    left.outgoingBytes &+= right.outgoingBytes
  }
}
