/// Lines of /proc/net/ipv6_route (net/ipv6/route.c): destination, its length, source, its length, next hop, metric,
/// references, uses, flags, interface; numbers in hexadecimal.
enum IPv6Routes {
  /// include/uapi/linux/ipv6_route.h
  private static let isDefault: UInt32 = 0x0001_0000  // RTF_DEFAULT
  private static let isAdvertised: UInt32 = 0x0004_0000  // RTF_ADDRCONF

  /// Names of the interfaces whose default route the kernel learnt from a router advertisement.
  static func interfacesWithAdvertisedDefault(_ lines: [Substring]) -> Set<String> {
    var names: Set<String> = []
    for line in lines {
      let columns = line.split(separator: " ")
      guard columns.count == 10, let flags = UInt32(columns[8], radix: 16) else { continue }
      if flags & isDefault != 0 && flags & isAdvertised != 0 { names.insert(String(columns[9])) }
    }
    return names
  }
}
