import CNetlink
import Glibc

extension MessageBuilder {
  /// Begins a message with struct genlmsghdr.
  mutating func beginGeneric(_ family: UInt16, command: Int, version: Int32, flags: Int32 = 0) -> Mark {
    let mark = beginMessage(type: family, flags: flags)
    put(UInt8(truncatingIfNeeded: command))
    put(UInt8(truncatingIfNeeded: version))
    put(UInt16(0))
    return mark
  }
}

/// The number the kernel gave a generic netlink family: CTRL_CMD_GETFAMILY of linux/genetlink.h.
public enum GenericFamily {
  /// Asking loads the family's module where the kernel can.
  public static func encodeRequest(for name: String, into builder: inout MessageBuilder) {
    let mark = builder.beginGeneric(
      UInt16(CNL_GENL_ID_CTRL), command: CTRL_CMD_GETFAMILY, version: 1)
    builder.put(CTRL_ATTR_FAMILY_NAME, string: name)
    builder.endMessage(mark)
  }

  public static func number(in answer: Message) throws(NetlinkError) -> UInt16 {
    var attributes = try answer.attributes(after: CNL_GENL_HDRLEN)
    while let attribute = try attributes.next() {
      if attribute.type == CTRL_ATTR_FAMILY_ID { return try attribute.u16() }
    }
    throw .malformed("generic netlink family without number")
  }
}
