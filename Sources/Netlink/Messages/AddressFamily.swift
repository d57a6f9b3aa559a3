import Addressing
import Glibc

extension IPFamily {
  /// AF_INET or AF_INET6.
  public var addressFamily: UInt16 { UInt16(self == .ipv4 ? AF_INET : AF_INET6) }

  /// Throws for every other address family.
  public init(addressFamily: UInt16) throws(NetlinkError) {
    switch Int32(addressFamily) {
    case AF_INET: self = .ipv4
    case AF_INET6: self = .ipv6
    default: throw .malformed("address family \(addressFamily)")
    }
  }
}
