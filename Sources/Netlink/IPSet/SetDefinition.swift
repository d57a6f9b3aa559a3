import Addressing
import CNetlink
import Glibc

/// The set types this program makes, by the kernel's names.
public enum SetType: String, Hashable, Sendable, CaseIterable {
  case hashIP = "hash:ip"
  case hashIPPort = "hash:ip,port"
  case hashIPPortIP = "hash:ip,port,ip"
  case hashIPPortNet = "hash:ip,port,net"
  case bitmapPort = "bitmap:port"

  /// The newest revision that every ipset(8) 7.x can list. A set made with a later one is unreadable to older tools;
  /// nothing a later one brings is used here.
  var highestRevision: UInt8 {
    switch self {
    case .hashIP: 4
    case .hashIPPort, .hashIPPortIP: 5
    case .hashIPPortNet: 7
    case .bitmapPort: 3
    }
  }
}

/// How a set is made: kube-proxy's parameters, so that a set of its making counts as the same.
public struct SetDefinition: Hashable, Sendable {
  public var name: String
  public var type: SetType
  /// Ignored for bitmap:port, which has no family.
  public var family: IPFamily
  /// For hash types: buckets to begin with.
  public var hashSize: UInt32
  /// For hash types: elements at most.
  public var maximumElements: UInt32
  /// Of a set that is there: whether it was made with options that this program never gives (timeouts, counters, a
  /// netmask, another range of ports). Never sent.
  public internal(set) var hasOtherOptions = false

  public init(
    _ name: String, _ type: SetType, family: IPFamily, hashSize: UInt32 = 1024,
    maximumElements: UInt32 = 65536
  ) {
    self.name = name
    self.type = type
    self.family = family
    self.hashSize = hashSize
    self.maximumElements = maximumElements
  }

  /// NFPROTO_*: a set of ports belongs to none.
  var familyNumber: UInt8 {
    type == .bitmapPort ? UInt8(AF_UNSPEC) : UInt8(truncatingIfNeeded: family.addressFamily)
  }
}

extension SetDefinition {
  func encode(into builder: inout MessageBuilder, revision: UInt8) {
    builder.put(IPSET_ATTR_SETNAME, string: name)
    builder.put(IPSET_ATTR_TYPENAME, string: type.rawValue)
    builder.put(IPSET_ATTR_REVISION, u8: revision)
    builder.put(IPSET_ATTR_FAMILY, u8: familyNumber)
    let data = builder.beginNested(IPSET_ATTR_DATA)
    if type == .bitmapPort {
      builder.put(IPSET_ATTR_PORT_FROM, netOrder: UInt16(0))
      builder.put(IPSET_ATTR_PORT_TO, netOrder: UInt16.max)
    } else {
      builder.put(IPSET_ATTR_HASHSIZE, netOrder: hashSize)
      builder.put(IPSET_ATTR_MAXELEM, netOrder: maximumElements)
    }
    builder.endNested(data)
  }

  /// - Returns: nil for a type this program doesn't make.
  init?(_ content: SetContent) throws(NetlinkError) {
    guard let type = SetType(rawValue: content.typeName) else { return nil }
    let family = content.family == UInt8(truncatingIfNeeded: AF_INET6) ? IPFamily.ipv6 : .ipv4
    self.init(content.name, type, family: family, hashSize: 0, maximumElements: 0)
    guard var data = content.data else { return }
    while let attribute = try data.next() {
      switch attribute.type {
      case IPSET_ATTR_HASHSIZE: hashSize = try attribute.bigEndian32()
      case IPSET_ATTR_MAXELEM: maximumElements = try attribute.bigEndian32()
      case IPSET_ATTR_PORT_FROM where type == .bitmapPort:
        if try attribute.bigEndian16() != 0 { hasOtherOptions = true }
      case IPSET_ATTR_PORT_TO where type == .bitmapPort:
        if try attribute.bigEndian16() != .max { hasOtherOptions = true }
      case IPSET_ATTR_TIMEOUT, IPSET_ATTR_CADT_FLAGS, IPSET_ATTR_NETMASK, IPSET_ATTR_MARKMASK:
        hasOtherOptions = true
      default: break
      }
    }
  }
}
