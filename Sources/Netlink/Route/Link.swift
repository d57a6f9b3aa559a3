import CNetlink

/// A network interface (RTM_NEWLINK, linux/if_link.h).
public struct Link: Hashable, Sendable {
  public var index: UInt32
  public var name: String
  /// "dummy", "veth"…; nil for hardware.
  public var kind: String?
  /// IFF_*.
  public var flags: UInt32

  public init(index: UInt32, name: String, kind: String? = nil, flags: UInt32 = 0) {
    self.index = index
    self.name = name
    self.kind = kind
    self.flags = flags
  }

  static var headerLength: Int { MemoryLayout<ifinfomsg>.size }
}

extension Link {
  /// struct ifinfomsg and the attributes. Index 0 lets the kernel choose.
  func encode(into builder: inout MessageBuilder) {
    builder.put(UInt32(0))
    builder.put(index)
    builder.put(flags)
    builder.put(UInt32(0))
    if !name.isEmpty { builder.put(IFLA_IFNAME, string: name) }
    if let kind {
      let info = builder.beginNested(IFLA_LINKINFO, flagged: false)
      builder.put(IFLA_INFO_KIND, text: kind)
      builder.endNested(info)
    }
  }

  init(_ message: Message) throws(NetlinkError) {
    self.init(index: try message.integer(at: 4), name: "", flags: try message.integer(at: 8))
    var attributes = try message.attributes(after: Self.headerLength)
    while let attribute = try attributes.next() {
      switch attribute.type {
      case IFLA_IFNAME: name = attribute.string()
      case IFLA_LINKINFO:
        var info = attribute.nested()
        while let detail = try info.next() {
          if detail.type == IFLA_INFO_KIND { kind = detail.string() }
        }
      default: break
      }
    }
  }
}
